package io.streambed.job;

/**
 * A function over a keyed stream, with state and timers of the element's key. A lambda will do:
 *
 * <pre>{@code
 * context -> {
 *   ValueState<Long> count = context.value("count", Long.class, 0L);
 *   return (click, timestampMillis) -> {
 *     count.update(count.value() + 1);
 *     context.emit(context.key() + " " + count.value());
 *   };
 * }
 * }</pre>
 *
 * <p>It is opened once on each subtask. It is opened once more when the job is built, so that the
 * job's states are known before it runs: with a context whose states only take note of their
 * declaration, and closed at once. So {@link #open} declares the same states always, and no state
 * is used in it.
 *
 * @param <K> the type of the keys
 * @param <I> the type of the elements
 * @param <O> the type of the results
 */
@FunctionalInterface
public interface KeyedFunction<K, I, O> {
  /**
   * Begins on one subtask, its state restored: opens the states that the handler uses.
   *
   * @param context state, timers and output of the subtask
   * @return the handler of the subtask
   * @throws Exception if it cannot begin; that fails the subtask
   */
  KeyedHandler<I> open(KeyedContext<K, O> context) throws Exception;
}
