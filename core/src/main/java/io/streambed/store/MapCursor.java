package io.streambed.store;

/**
 * Walks over one map. The map may change during the walk: see the rules of package {@code state}.
 *
 * @param <U> the type of the user keys
 * @param <V> the type of the values
 */
public interface MapCursor<U, V> {
  /**
   * Moves to the next entry.
   *
   * @return false at the end
   */
  boolean advance();

  /**
   * The user key here; at the end still that of the last entry.
   *
   * @return never null
   */
  U key();

  /**
   * The user key of the entry met before this one: an iterator that looked ahead may have to remove
   * that. It is kept here because a cursor can keep it without making an object of it.
   *
   * @return nothing of meaning at the first entry
   */
  U previousKey();

  /**
   * The value here.
   *
   * @return the value when the entry was reached; may be null
   */
  V value();

  /**
   * The timestamp of the value here.
   *
   * @return what it was put with when the entry was reached, or 0 if the table keeps none
   */
  long stamp();
}
