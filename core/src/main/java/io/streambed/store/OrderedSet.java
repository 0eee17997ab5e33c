package io.streambed.store;

import java.util.List;
import java.util.OptionalLong;

/**
 * A set whose first element is at hand, for timers. What its declaration says of the order decides
 * on two things, see {@link QueueSpec#order}.
 *
 * <ul>
 *   <li>Without an order of its own, the set is in the unsigned order of its elements' bytes, and
 *       elements with the same bytes are the same, in every store. Of the same bytes in several key
 *       groups, those of the lower key group come first.
 *   <li>With one, elements that it does not tell apart come by key group, the lower one first;
 *       within a key group it is up to the store which of them comes first, but not to chance.
 *       Elements are told apart as the store tells keys apart: one that keeps bytes by their bytes,
 *       one that keeps objects by {@code equals}, of whose elements the one that was there first
 *       stays.
 * </ul>
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
   * Number of elements, as far as it is known without reading them: for who asks often.
   *
   * @return from 0, or empty if {@link #size} would have to count
   */
  default OptionalLong knownSize() {
    return OptionalLong.of(size());
  }

  /**
   * The elements of one key group.
   *
   * @param keyGroup a key group that the store owns
   * @return a copy, in order
   */
  List<T> inKeyGroup(int keyGroup);
}
