package io.streambed.job;

/**
 * A {@link KeyedFunction} at work on one subtask. State and timers are those of the current key.
 * What a method throws fails the subtask; the job then goes back to its last checkpoint.
 *
 * <p>Threading: one thread.
 *
 * @param <I> the type of the elements
 */
@FunctionalInterface
public interface KeyedHandler<I> {
  /**
   * Takes an element; its key is current.
   *
   * @param element the element, not to be changed
   * @param timestampMillis its event time, in milliseconds since the epoch, or {@link
   *     SplitReader#NO_TIMESTAMP}
   * @throws Exception if it fails
   */
  void onElement(I element, long timestampMillis) throws Exception;

  /**
   * An event-time timer fires; its key is current.
   *
   * @param timestampMillis what it was registered for
   * @throws Exception if it fails
   */
  default void onEventTimer(long timestampMillis) throws Exception {
    throw new IllegalStateException(
        "an event-time timer fires, and the handler has no onEventTimer: write it, or make the handler with KeyedHandler.of(elements, timers)");
  }

  /**
   * A processing-time timer fires; its key is current.
   *
   * @param timestampMillis what it was registered for
   * @throws Exception if it fails
   */
  default void onProcessingTimer(long timestampMillis) throws Exception {
    throw new IllegalStateException(
        "a processing-time timer fires, and the handler has no onProcessingTimer: write it, or make the handler with KeyedHandler.of(elements, timers)");
  }

  /**
   * Frees what the handler has, but for state; called once, when the job ends, fails or starts
   * again.
   *
   * @throws Exception if it fails
   */
  default void close() throws Exception {}

  /** What is done when a timer fires. */
  @FunctionalInterface
  interface TimerHandler {
    /**
     * A timer fires; its key is current.
     *
     * @param timestampMillis what it was registered for
     * @throws Exception if it fails
     */
    void onTimer(long timestampMillis) throws Exception;
  }

  /**
   * A handler of elements and timers.
   *
   * @param elements takes elements
   * @param timers takes timers, be they of event time or processing time
   * @param <I> the type of the elements
   * @return the handler
   */
  static <I> KeyedHandler<I> of(KeyedHandler<I> elements, TimerHandler timers) {
    return new KeyedHandler<>() {
      @Override
      public void onElement(I element, long timestampMillis) throws Exception {
        elements.onElement(element, timestampMillis);
      }

      @Override
      public void onEventTimer(long timestampMillis) throws Exception {
        timers.onTimer(timestampMillis);
      }

      @Override
      public void onProcessingTimer(long timestampMillis) throws Exception {
        timers.onTimer(timestampMillis);
      }

      @Override
      public void close() throws Exception {
        elements.close();
      }
    };
  }
}
