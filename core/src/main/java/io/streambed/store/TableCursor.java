package io.streambed.store;

/**
 * Walks over the keys and namespaces that a table holds something for, without touching the current
 * key or namespace. The table may change during the walk: what is there from start to end is met
 * exactly once, what is removed before it is reached is not met, what is added may or may not be.
 *
 * @param <K> the type of the keys
 * @param <N> the type of the namespaces
 */
public interface TableCursor<K, N> {
  /**
   * Moves to the next key and namespace.
   *
   * @return false at the end
   */
  boolean advance();

  /**
   * The key here.
   *
   * @return never null
   */
  K key();

  /**
   * The namespace here.
   *
   * @return never null
   */
  N namespace();
}
