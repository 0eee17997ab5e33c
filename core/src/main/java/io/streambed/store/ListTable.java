package io.streambed.store;

import java.util.Collection;
import java.util.List;

/**
 * A list per key and namespace; appending does not read it.
 *
 * @param <K> the type of the keys
 * @param <N> the type of the namespaces
 * @param <E> the type of the elements
 */
public abstract class ListTable<K, N, E> extends Table<K, N> {
  /** For stores only. */
  protected ListTable() {}

  /**
   * Appends to the current list.
   *
   * @param element the element, not null
   * @param stamp the timestamp of the list from now on; ignored by a table that keeps none
   */
  public abstract void append(E element, long stamp);

  /**
   * The current list's elements.
   *
   * @return those at the time of the call, in order, or null if there are none; a list that cannot
   *     be changed, and that may be read after the state or the current key has changed
   */
  public abstract List<E> read();

  /**
   * The timestamp of the current list.
   *
   * @return that of the last change, or 0 if there is no list or the table keeps none
   */
  public abstract long stamp();

  /**
   * Replaces the current list. If the argument's iterator throws, nothing changes.
   *
   * @param elements the elements, none null; none at all clears
   * @param stamp the timestamp of the list; ignored by a table that keeps none
   */
  public abstract void replace(Iterable<? extends E> elements, long stamp);

  /**
   * Appends the current key's lists of other namespaces to that of one, and removes them. The
   * joined list has the greatest of the timestamps.
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
