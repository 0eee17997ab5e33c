package io.streambed.store;

import java.util.function.LongPredicate;

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
   * Whether values are to be looked at. If not, {@link #filter} is not asked by a store that would
   * have to decode them for it.
   *
   * @return false if {@link #filter} gives each value as it is
   */
  default boolean looksAtValues() {
    return true;
  }

  /**
   * A filter that decides by the timestamp alone.
   *
   * @param keeps says which timestamps stay
   * @param <V> the type of the values
   * @return a filter that looks at no value
   */
  static <V> SnapshotFilter<V> byStamp(LongPredicate keeps) {
    return new SnapshotFilter<>() {
      @Override
      public boolean keeps(long stamp) {
        return keeps.test(stamp);
      }

      @Override
      public V filter(V value, long stamp) {
        return value;
      }

      @Override
      public boolean looksAtValues() {
        return false;
      }
    };
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
