package io.streambed.job;

/**
 * What is done with each element of a stream. It has no state of its own: it is shared by all
 * subtasks and used on many threads.
 *
 * @param <T> the type of the elements
 * @param <R> the type of the results
 */
@FunctionalInterface
public interface ThrowingFunction<T, R> {
  /**
   * Takes an element.
   *
   * @param element the element, not to be changed
   * @return the result
   * @throws Exception if it fails; that fails the subtask, and the job goes back to its last
   *     checkpoint
   */
  R apply(T element) throws Exception;
}
