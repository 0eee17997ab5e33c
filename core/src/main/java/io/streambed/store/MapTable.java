package io.streambed.store;

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
   * The timestamp of a user key's value in the current map.
   *
   * @param userKey the user key, not null
   * @return what it was put with, or 0 if there is none or the table keeps none
   */
  public abstract long stamp(U userKey);

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
