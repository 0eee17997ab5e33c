package io.streambed.state;

/**
 * State that takes elements in and gives something made of them.
 *
 * @param <IN> the type of what is added
 * @param <OUT> the type of what is given
 */
public interface AppendingState<IN, OUT> extends State {
  /**
   * What the elements added so far amount to.
   *
   * @return the result, or null if nothing was added
   */
  OUT get();

  /**
   * Adds an element.
   *
   * @param value the element, not null
   */
  void add(IN value);
}
