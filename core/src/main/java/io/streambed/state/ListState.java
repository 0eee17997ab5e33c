package io.streambed.state;

import java.util.List;

/**
 * A list in order of addition. Appending does not read what is there.
 *
 * @param <E> the type of the elements
 */
public interface ListState<E> extends MergingState<E, Iterable<E>> {
  /**
   * The elements.
   *
   * @return the elements at the time of the call, in order, or null if there are none; prints as a
   *     list, and may be read after the state or the key has changed
   */
  @Override
  Iterable<E> get();

  /**
   * Appends all elements, in order.
   *
   * @param values the elements, none null; an empty list changes nothing
   */
  void addAll(List<E> values);

  /**
   * Replaces the whole list.
   *
   * @param values the elements, none null; an empty list clears
   */
  void update(List<E> values);
}
