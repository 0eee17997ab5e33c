package io.streambed.store;

/**
 * One map of a {@link MapTable}. It stays with the key and namespace that were current when it was
 * asked for, whichever are current later; the map may be cleared and put anew meanwhile.
 *
 * <p>Threading: the store's thread only.
 *
 * @param <U> the type of the user keys
 * @param <V> the type of the values
 */
public interface BoundMap<U, V> {
  /**
   * A walk over this map.
   *
   * @return a new cursor before the first entry
   */
  MapCursor<U, V> cursor();

  /**
   * Sets the value of a user key in this map.
   *
   * @param userKey the user key, not null
   * @param value the value; may be null
   * @param stamp its timestamp; ignored by a table that keeps none
   */
  void put(U userKey, V value, long stamp);

  /**
   * Sets the value of a user key in this map at the table's own time, which is 0 unless it has one.
   *
   * @param userKey the user key, not null
   * @param value the value; may be null
   */
  default void put(U userKey, V value) {
    put(userKey, value, 0);
  }

  /**
   * Removes a user key from this map.
   *
   * @param userKey the user key, not null
   */
  void remove(U userKey);
}
