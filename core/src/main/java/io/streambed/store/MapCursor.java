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
   * The user key here.
   *
   * @return never null
   */
  U key();

  /**
   * The value here.
   *
   * @return the value when the entry was reached; may be null
   */
  V value();
}
