package io.streambed.job;

/**
 * A {@link KeyedFunction} at work on one subtask. State and timers are those of the current key.
 *
 * <p>Threading: one thread.
 *
 * @param <I> the type of the elements
 * @param <B> the type of the broadcast elements
 */
public interface KeyedHandler<I, B> {
  /**
   * Takes an element; its key is current.
   *
   * @param element the element
   * @param timestampMillis its event time, in milliseconds since the epoch
   */
  void onElement(I element, long timestampMillis);

  /**
   * Takes a broadcast element. No key is current; broadcast state may be changed here only, and in
   * the same way on every subtask.
   *
   * @param element the element
   * @param timestampMillis its event time, in milliseconds since the epoch
   */
  default void onBroadcast(B element, long timestampMillis) {
    throw new IllegalStateException("this function takes no broadcast elements");
  }

  /**
   * An event-time timer fires; its key is current.
   *
   * @param timestampMillis what it was registered for
   */
  default void onEventTimer(long timestampMillis) {
    throw new IllegalStateException("this function registers no event-time timers");
  }

  /**
   * A processing-time timer fires; its key is current.
   *
   * @param timestampMillis what it was registered for
   */
  default void onProcessingTimer(long timestampMillis) {
    throw new IllegalStateException("this function registers no processing-time timers");
  }
}
