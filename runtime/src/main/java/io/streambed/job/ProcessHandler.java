package io.streambed.job;

/**
 * A {@link ProcessFunction} at work on one subtask. What a method throws fails the subtask; the job
 * then goes back to its last checkpoint.
 *
 * <p>Threading: one thread.
 *
 * @param <I> the type of the elements
 */
@FunctionalInterface
public interface ProcessHandler<I> {
  /**
   * Takes an element.
   *
   * @param element the element, not to be changed
   * @param timestampMillis its event time, in milliseconds since the epoch, or {@link
   *     SplitReader#NO_TIMESTAMP}
   * @throws Exception if it fails
   */
  void onElement(I element, long timestampMillis) throws Exception;

  /**
   * Frees what the handler has; called once, when the job ends, fails or starts again.
   *
   * @throws Exception if it fails
   */
  default void close() throws Exception {}
}
