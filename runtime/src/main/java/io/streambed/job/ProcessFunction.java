package io.streambed.job;

/**
 * A function over the elements of a stream, without keys, state and timers.
 *
 * @param <I> the type of the elements
 * @param <O> the type of the results
 */
@FunctionalInterface
public interface ProcessFunction<I, O> {
  /**
   * Begins on one subtask.
   *
   * @param context output of the subtask
   * @return the handler of the subtask
   * @throws Exception if it cannot begin; that fails the subtask
   */
  ProcessHandler<I> open(ProcessContext<O> context) throws Exception;
}
