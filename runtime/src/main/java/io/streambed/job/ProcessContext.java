package io.streambed.job;

/**
 * What a function works with on one subtask.
 *
 * <p>Threading: the subtask's thread.
 *
 * @param <O> the type of the results
 */
public interface ProcessContext<O> {
  /**
   * Which subtask this is.
   *
   * @return its index, from 0
   */
  int subtask();

  /**
   * The clock.
   *
   * @return milliseconds since the epoch; it never goes back
   */
  long processingTimeMillis();

  /**
   * Gives a result on, with the event time of the element or timer that is being handled.
   *
   * @param result an immutable result
   * @throws IllegalArgumentException if the result is null
   */
  void emit(O result);

  /**
   * Gives a result on.
   *
   * @param result an immutable result
   * @param timestampMillis its event time, in milliseconds since the epoch, or {@link
   *     SplitReader#NO_TIMESTAMP}
   * @throws IllegalArgumentException if the result is null
   */
  void emit(O result, long timestampMillis);

  /**
   * Gives a result to a side output, with the event time of the element or timer that is being
   * handled.
   *
   * @param to the side output; what nobody reads is dropped
   * @param result an immutable result
   * @param <S> the type of the result
   * @throws IllegalArgumentException if the result is null
   */
  <S> void emit(SideOutput<S> to, S result);
}
