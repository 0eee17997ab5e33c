package io.streambed.state;

/**
 * How elements are aggregated. It must not use the state that it works for.
 *
 * @param <IN> the type of the elements
 * @param <ACC> the type of the accumulator
 * @param <OUT> the type of the result
 */
public interface AggregateFunction<IN, ACC, OUT> {
  /**
   * An accumulator of nothing.
   *
   * @return a new accumulator
   */
  ACC createAccumulator();

  /**
   * Adds an element.
   *
   * @param value the element
   * @param accumulator may be changed and returned
   * @return the accumulator with the element, not null
   */
  ACC add(IN value, ACC accumulator);

  /**
   * The result of an accumulator.
   *
   * @param accumulator not to be changed
   * @return the result
   */
  OUT getResult(ACC accumulator);

  /**
   * Merges two accumulators.
   *
   * @param a may be changed and returned
   * @param b the other; not used afterwards
   * @return an accumulator of both, not null
   */
  ACC merge(ACC a, ACC b);
}
