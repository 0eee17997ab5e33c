package io.streambed.store;

import java.util.Collection;
import java.util.List;
import java.util.function.BinaryOperator;

/**
 * One value per key and namespace.
 *
 * @param <K> the type of the keys
 * @param <N> the type of the namespaces
 * @param <V> the type of the values
 */
public abstract class ValueTable<K, N, V> extends Table<K, N> {
  /** For stores only. */
  protected ValueTable() {}

  /**
   * The current value.
   *
   * @return the value, or null if there is none
   */
  public abstract V get();

  /**
   * The current value unless it is older than a time. {@link #stamp} does not tell of it, so that a
   * table may find out without the timestamp.
   *
   * @param oldestLive a value with a lesser timestamp counts as none; only a table that keeps
   *     timestamps is asked
   * @return the value, or null if there is none
   */
  public V get(long oldestLive) {
    V value = get();
    return value == null || stamp() < oldestLive ? null : value;
  }

  /**
   * The values of many keys in the current namespace: one call for all where a store reads from
   * elsewhere. The current key stays what it is.
   *
   * @param keys keys of this store's key groups, none null; one may be there twice
   * @param oldestLive a value with a lesser timestamp counts as none; all values of a table without
   *     timestamps are given
   * @return a value for each key in their order, null where there is none
   * @throws IllegalArgumentException if a key is of another store's key groups
   */
  public abstract List<V> getAll(List<? extends K> keys, long oldestLive);

  /**
   * The values of many keys in the current namespace, as of {@link #getAll(List, long)}.
   *
   * @param keys keys of this store's key groups, none null
   * @return a value for each key in their order, null where there is none
   */
  public List<V> getAll(List<? extends K> keys) {
    return getAll(keys, Long.MIN_VALUE);
  }

  /**
   * The timestamp of what {@link #renew} or {@link #take} of this table found last, or {@link
   * #get()} of a store's table. It costs no look-up.
   *
   * @return what it was put with, or 0 if nothing was found or the table keeps none
   */
  public abstract long stamp();

  /**
   * The current value, whose timestamp becomes a later one unless it is older than a time.
   *
   * @param oldestLive the least timestamp that is not older
   * @param stamp the new timestamp if it is later than what the value has; ignored by a table that
   *     keeps none
   * @return the value, or null if there is none; {@link #stamp} gives the timestamp that it had
   */
  public abstract V renew(long oldestLive, long stamp);

  /**
   * Sets the current value.
   *
   * @param value the value, not null
   * @param stamp its timestamp; ignored by a table that keeps none
   */
  public abstract void put(V value, long stamp);

  /**
   * Sets the current value at the table's own time, which is 0 unless it has one.
   *
   * @param value the value, not null
   */
  public void put(V value) {
    put(value, 0);
  }

  /**
   * Replaces the current value by what a function makes of it, with one look-up where the store
   * can. If the function throws, nothing changes but what it changed in the old value.
   *
   * @param argument handed to the function
   * @param fold gives the new value; must not use this table
   * @param oldestLive a value with a lesser timestamp counts as none
   * @param stamp the new value's timestamp, unless that of the value that went into it is later;
   *     ignored by a table that keeps none
   * @param <A> the type of the argument
   */
  public abstract <A> void fold(A argument, Fold<V, A> fold, long oldestLive, long stamp);

  /**
   * Replaces the current value by what a function makes of it, at the table's own time.
   *
   * @param argument handed to the function
   * @param fold gives the new value; must not use this table
   * @param <A> the type of the argument
   */
  public <A> void fold(A argument, Fold<V, A> fold) {
    fold(argument, fold, Long.MIN_VALUE, 0);
  }

  /**
   * Removes the current key's value of another namespace.
   *
   * @param from the namespace, not null
   * @return the value that was there, or null
   */
  public abstract V take(N from);

  /**
   * Merges the current key's values of some namespaces into that of one, and removes them there.
   * The later one of their timestamps stays. The current namespace stays, if there is one.
   *
   * @param target where to merge to; among the sources it is passed over
   * @param sources the namespaces to merge, in this order
   * @param merge makes one value of two; must not use this table. If it throws, what was taken from
   *     the sources is lost
   */
  public void merge(N target, Collection<? extends N> sources, BinaryOperator<V> merge) {
    V merged = null;
    long latest = Long.MIN_VALUE;
    for (N source : sources) {
      V taken = source.equals(target) ? null : take(source);
      if (taken != null) {
        latest = Math.max(latest, stamp());
        merged = merged == null ? taken : merge.apply(merged, taken);
      }
    }
    if (merged == null) {
      return;
    }
    N current = namespace();
    namespace(target);
    try {
      fold(
          merged,
          (old, added) -> old == null ? added : merge.apply(old, added),
          Long.MIN_VALUE,
          latest);
    } finally {
      if (current != null) {
        namespace(current);
      }
    }
  }

  /**
   * The value where a walk over this table is, to look at: it must neither be changed nor given
   * back to the table. A store that keeps objects gives the object itself, copying it for no
   * snapshot. The current key and namespace stay what they are.
   *
   * @param at a walk over this table, on an entry
   * @return the value, or null if it was removed since the walk has reached it
   */
  public abstract V valueAt(TableCursor<K, N> at);
}
