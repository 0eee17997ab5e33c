package io.streambed.store;

/**
 * Decides for each value what goes into a snapshot: it as it is, something in its place, or
 * nothing. A filter serves one snapshot.
 *
 * @param <V> the type of the values
 */
@FunctionalInterface
public interface SnapshotFilter<V> {
  /**
   * Whether an entry may go into the snapshot by its timestamp. Asked first, for null values of
   * maps too: of one that may not, no value is decoded.
   *
   * @param stamp its timestamp, or 0 in a table without
   * @return false to leave the entry out
   */
  default boolean keeps(long stamp) {
    return true;
  }

  /**
   * Called on the snapshot's thread for each value, list element or map value.
   *
   * @param value the frozen value; not to be changed
   * @param stamp its timestamp, or 0 in a table without
   * @return the value to write, or null to leave the entry out
   */
  V filter(V value, long stamp);
}
