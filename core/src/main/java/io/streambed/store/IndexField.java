package io.streambed.store;

/**
 * A field of an element that belongs to the queue which holds the element. A store may keep there
 * where the element is, to find it without a search. The field takes no part in the element's
 * equality, order and bytes; whoever writes it meanwhile costs the queue time, not correctness.
 *
 * <p>Threading: used on the store's thread only.
 *
 * @param <T> the type of the elements
 */
public interface IndexField<T> {
  /**
   * Reads the field.
   *
   * @param element an element that is in the queue
   * @return what was set last, anything if nothing was
   */
  int get(T element);

  /**
   * Writes the field.
   *
   * @param element an element that is in the queue
   * @param index any number
   */
  void set(T element, int index);
}
