package io.streambed.job;

/**
 * A {@link KeyedFunction} that has, beside its keyed elements, a stream that every subtask gets in
 * whole, and state made of it that is the same on every subtask.
 *
 * @param <K> the type of the keys
 * @param <I> the type of the elements
 * @param <B> the type of the broadcast elements
 * @param <O> the type of the results
 */
@FunctionalInterface
public interface KeyedBroadcastFunction<K, I, B, O> {
  /**
   * Begins on one subtask, its state restored: opens the states that the handler uses.
   *
   * @param context state, timers and output of the subtask
   * @return the handler of the subtask
   * @throws Exception if it cannot begin; that fails the subtask
   */
  KeyedBroadcastHandler<I, B> open(KeyedContext<K, O> context) throws Exception;
}
