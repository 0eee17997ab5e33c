package io.streambed.job;

/**
 * A {@link KeyedBroadcastFunction} at work on one subtask.
 *
 * <p>Threading: one thread.
 *
 * @param <I> the type of the elements
 * @param <B> the type of the broadcast elements
 */
public interface KeyedBroadcastHandler<I, B> extends KeyedHandler<I> {
  /**
   * Takes a broadcast element. No key is current; broadcast state may be changed here only, and in
   * the same way on every subtask.
   *
   * @param element the element, not to be changed
   * @param timestampMillis its event time, in milliseconds since the epoch, or {@link
   *     SplitReader#NO_TIMESTAMP}
   * @throws Exception if it fails
   */
  void onBroadcast(B element, long timestampMillis) throws Exception;
}
