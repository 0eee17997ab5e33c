package io.streambed.job;

/**
 * A {@link KeyedCoFunction} at work on one subtask.
 *
 * <p>Threading: one thread.
 *
 * @param <I> the type of the first stream's elements
 * @param <J> the type of the second stream's elements
 */
public interface KeyedCoHandler<I, J> extends KeyedHandler<I> {
  /**
   * Takes an element of the second stream; its key is current.
   *
   * @param element the element, not to be changed
   * @param timestampMillis its event time, in milliseconds since the epoch, or {@link
   *     SplitReader#NO_TIMESTAMP}
   * @throws Exception if it fails
   */
  void onSecond(J element, long timestampMillis) throws Exception;
}
