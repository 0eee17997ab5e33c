package io.streambed.store;

import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A map per key and namespace; each access touches one entry.
 *
 * @param <K> the type of the keys
 * @param <N> the type of the namespaces
 * @param <U> the type of the user keys
 * @param <V> the type of the values
 */
public abstract class MapTable<K, N, U, V> extends Table<K, N> {
  /** For stores only. */
  protected MapTable() {}

  /**
   * The value of a user key in the current map.
   *
   * @param userKey the user key, not null
   * @return the value; null if there is none or it is null
   */
  public abstract V get(U userKey);

  /**
   * The values of many user keys in the current map: one call for all where a store reads from
   * elsewhere.
   *
   * @param userKeys the user keys, none null; one may be there twice
   * @param oldestLive a value with a lesser timestamp counts as none; all values of a table without
   *     timestamps are given
   * @return a value for each user key in their order, null where there is none or it is null
   */
  public abstract List<V> getAll(List<? extends U> userKeys, long oldestLive);

  /**
   * The values of many user keys in the current map, as of {@link #getAll(List, long)}.
   *
   * @param userKeys the user keys, none null
   * @return a value for each user key in their order, null where there is none or it is null
   */
  public List<V> getAll(List<? extends U> userKeys) {
    return getAll(userKeys, Long.MIN_VALUE);
  }

  /**
   * The timestamp of what {@link #get} or {@link #contains} of this table found last. It costs no
   * look-up.
   *
   * @return what it was put with, or 0 if nothing was found or the table keeps none
   */
  public abstract long stamp();

  /**
   * The value of a user key in the current map, whose timestamp becomes a later one unless it is
   * older than a time; that of a null value too.
   *
   * @param userKey the user key, not null
   * @param oldestLive the least timestamp that is not older
   * @param stamp the new timestamp if it is later than what the value has; ignored by a table that
   *     keeps none
   * @return the value; null if there is none or it is null. {@link #stamp} gives the timestamp that
   *     it had
   */
  public abstract V renew(U userKey, long oldestLive, long stamp);

  /**
   * Whether the current map has a user key.
   *
   * @param userKey the user key, not null
   * @return true if so, be its value null
   */
  public abstract boolean contains(U userKey);

  /**
   * Sets the value of a user key in the current map.
   *
   * @param userKey the user key, not null
   * @param value the value; may be null
   * @param stamp its timestamp; ignored by a table that keeps none
   */
  public abstract void put(U userKey, V value, long stamp);

  /**
   * Sets the value of a user key in the current map at the table's own time, which is 0 unless it
   * has one.
   *
   * @param userKey the user key, not null
   * @param value the value; may be null
   */
  public void put(U userKey, V value) {
    put(userKey, value, 0);
  }

  /**
   * Sets the values of many user keys in the current map. If one is refused, or the argument's
   * iterator throws, nothing changes.
   *
   * <p>For stores: this one looks for null, then puts one by one. A store that refuses a user key
   * or a value for its size overrides it, and looks at all entries before it puts the first.
   *
   * @param map the entries; no user key is null, values may be
   * @param stamp the timestamp of each; ignored by a table that keeps none
   */
  public void putAll(Map<? extends U, ? extends V> map, long stamp) {
    // A copy: the argument's iterator may throw halfway, or give something else the second time.
    List<Map.Entry<U, V>> all = new ArrayList<>();
    map.forEach(
        (userKey, value) ->
            all.add(
                new SimpleImmutableEntry<>(
                    Objects.requireNonNull(userKey, "a user key must not be null"), value)));
    for (Map.Entry<U, V> entry : all) {
      put(entry.getKey(), entry.getValue(), stamp);
    }
  }

  /**
   * Sets the values of many user keys in the current map at the table's own time, which is 0 unless
   * it has one.
   *
   * @param map the entries; no user key is null, values may be
   */
  public void putAll(Map<? extends U, ? extends V> map) {
    putAll(map, 0);
  }

  /**
   * Removes a user key from the current map.
   *
   * @param userKey the user key, not null
   */
  public abstract void remove(U userKey);

  /**
   * Whether the current map has no entry.
   *
   * @return true if empty
   */
  public abstract boolean isEmpty();

  /**
   * The current map, for walks and changes after the current key or namespace has changed.
   *
   * @return a view that stays with the key and namespace that are current now
   */
  public abstract BoundMap<U, V> bound();

  /**
   * A walk over the map where a walk over this table is, to look at: as {@link ValueTable#valueAt}.
   *
   * @param at a walk over this table, on an entry
   * @return a new cursor, to be used before the table changes; one over nothing if the map was
   *     removed since the walk has reached it
   */
  public abstract MapCursor<U, V> entriesAt(TableCursor<K, N> at);

  /**
   * A walk over the current map; it stays with the key and namespace that are current now.
   *
   * @return a new cursor before the first entry
   */
  public final MapCursor<U, V> entriesCursor() {
    return bound().cursor();
  }
}
