package io.streambed.state;

/**
 * Combines two elements into one; associative. It must not use the state that it works for.
 *
 * @param <T> the type of the elements
 */
@FunctionalInterface
public interface ReduceFunction<T> {
  /**
   * Combines two elements.
   *
   * @param first what was reduced so far; may be changed and returned
   * @param second the next element
   * @return the combination, not null
   */
  T reduce(T first, T second);
}
