package io.streambed.store;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/**
 * A list per key and namespace; appending does not read it.
 *
 * @param <K> the type of the keys
 * @param <N> the type of the namespaces
 * @param <E> the type of the elements
 */
public abstract class ListTable<K, N, E> extends Table<K, N> {
  /**
   * Joins an element with its timestamp.
   *
   * @param <E> the type of the elements
   * @param <R> the type of the result
   */
  @FunctionalInterface
  public interface Stamping<E, R> {
    /**
     * Joins both.
     *
     * @param element an element of a list
     * @param stamp its timestamp, or 0 in a table without
     * @return what {@link ListTable#readStamped} is to give
     */
    R of(E element, long stamp);
  }

  /** For stores only. */
  protected ListTable() {}

  /**
   * Appends to the current list.
   *
   * @param element the element, not null
   * @param stamp its timestamp; ignored by a table that keeps none
   */
  public abstract void append(E element, long stamp);

  /**
   * Appends to the current list at the table's own time, which is 0 unless it has one.
   *
   * @param element the element, not null
   */
  public void append(E element) {
    append(element, 0);
  }

  /**
   * Appends many elements to the current list. If one is refused, or the argument's iterator
   * throws, nothing changes.
   *
   * <p>For stores: this one looks for null, then appends one by one. A store that refuses an
   * element for its size overrides it, and looks at all elements before it appends the first.
   *
   * @param elements the elements in their order, none null; none at all changes nothing
   * @param stamp the timestamp of each; ignored by a table that keeps none
   */
  public void appendAll(Collection<? extends E> elements, long stamp) {
    // A copy: the argument's iterator may throw halfway, or give something else the second time.
    List<E> all = new ArrayList<>(elements);
    for (E element : all) {
      Objects.requireNonNull(element, "a list element must not be null");
    }
    for (E element : all) {
      append(element, stamp);
    }
  }

  /**
   * Appends many elements to the current list at the table's own time, which is 0 unless it has
   * one.
   *
   * @param elements the elements in their order, none null; none at all changes nothing
   */
  public void appendAll(Collection<? extends E> elements) {
    appendAll(elements, 0);
  }

  /**
   * The current list's elements that are not older than a time.
   *
   * @param oldestLive the least timestamp that is not older; all elements of a table without
   *     timestamps are given
   * @return those at the time of the call, in order, or null if there are none; a list that cannot
   *     be changed, and that may be read after the state or the current key has changed
   */
  public abstract List<E> read(long oldestLive);

  /**
   * The current list's elements.
   *
   * @return all of them, as of {@link #read(long)}
   */
  public List<E> read() {
    return read(Long.MIN_VALUE);
  }

  /**
   * The current list's elements with their timestamps.
   *
   * @param stamping makes of an element and its timestamp what is given for it; called when the
   *     element is asked for, each time it is
   * @param <R> the type of what is given
   * @return all of them, as of {@link #read(long)}
   */
  public abstract <R> List<R> readStamped(Stamping<E, R> stamping);

  /**
   * Replaces the current list. If the argument's iterator throws, nothing changes.
   *
   * @param elements the elements, none null; none at all clears
   * @param stamp the timestamp of each; ignored by a table that keeps none
   */
  public abstract void replace(Iterable<? extends E> elements, long stamp);

  /**
   * Replaces the current list at the table's own time. If the argument's iterator throws, nothing
   * changes.
   *
   * @param elements the elements, none null; none at all clears
   */
  public void replace(Iterable<? extends E> elements) {
    replace(elements, 0);
  }

  /**
   * Appends the current key's lists of other namespaces to that of one, and removes them. The
   * elements keep their timestamps.
   *
   * @param target where to append
   * @param sources the lists to move, in this order; the target among them is left as it is
   */
  public abstract void moveInto(N target, Collection<? extends N> sources);

  /**
   * The list where a walk over this table is, to look at: as {@link ValueTable#valueAt}.
   *
   * @param at a walk over this table, on an entry
   * @return the elements, to be read before the table changes; null if the list was removed since
   *     the walk has reached it
   */
  public abstract List<E> listAt(TableCursor<K, N> at);
}
