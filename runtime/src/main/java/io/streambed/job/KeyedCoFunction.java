package io.streambed.job;

/**
 * A {@link KeyedFunction} over two streams with the same keys, whose elements share the state of
 * their key.
 *
 * @param <K> the type of the keys
 * @param <I> the type of the first stream's elements
 * @param <J> the type of the second stream's elements
 * @param <O> the type of the results
 */
@FunctionalInterface
public interface KeyedCoFunction<K, I, J, O> {
  /**
   * Begins on one subtask, its state restored: opens the states that the handler uses.
   *
   * @param context state, timers and output of the subtask
   * @return the handler of the subtask
   * @throws Exception if it cannot begin; that fails the subtask
   */
  KeyedCoHandler<I, J> open(KeyedContext<K, O> context) throws Exception;
}
