package io.streambed.key;

/**
 * A contiguous, never empty range of key groups, both ends included.
 *
 * @param first the lowest key group, at least 0
 * @param last the highest key group, at least first
 */
public record KeyGroupRange(int first, int last) {
  /** Checks the ends. */
  public KeyGroupRange {
    if (first < 0 || last < first || last >= KeyGroups.MAX_PARALLELISM_LIMIT) {
      throw new IllegalArgumentException("no key-group range " + first + ".." + last);
    }
  }

  /**
   * Whether a key group lies in this range.
   *
   * @param keyGroup the key group
   * @return true if so
   */
  public boolean contains(int keyGroup) {
    return keyGroup >= first && keyGroup <= last;
  }

  /**
   * Whether two ranges share a key group.
   *
   * @param other the other range
   * @return true if so
   */
  public boolean intersects(KeyGroupRange other) {
    return first <= other.last && other.first <= last;
  }

  /**
   * Number of key groups.
   *
   * @return at least 1
   */
  public int size() {
    return last - first + 1;
  }

  @Override
  public String toString() {
    return first + ".." + last;
  }
}
