package io.streambed.store;

import java.util.List;

/**
 * A set in the unsigned order of its elements' bytes, for timers. Elements with the same bytes are
 * the same. Between key groups the order is that of {@link QueueSpec#order} or the bytes, then the
 * lower key group comes first.
 *
 * <p>Threading: the store's thread only. Cost: logarithmic.
 *
 * @param <T> the type of the elements
 */
public interface OrderedSet<T> {
  /**
   * Adds an element.
   *
   * @param element of a key group that the store owns
   * @return false if it was there already
   */
  boolean add(T element);

  /**
   * Removes an element.
   *
   * @param element of a key group that the store owns
   * @return false if it was not there
   */
  boolean remove(T element);

  /**
   * The first element.
   *
   * @return the least, not to be changed, or null if the set is empty
   */
  T peek();

  /**
   * Removes the first element.
   *
   * @return it, or null if the set is empty
   */
  T poll();

  /**
   * Number of elements.
   *
   * @return from 0
   */
  long size();

  /**
   * The elements of one key group.
   *
   * @param keyGroup a key group that the store owns
   * @return a copy, in order
   */
  List<T> inKeyGroup(int keyGroup);
}
