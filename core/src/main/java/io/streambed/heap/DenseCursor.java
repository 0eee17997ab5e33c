package io.streambed.heap;

/**
 * Walks a map that is dense when the walk begins, in the order of insertion, up to the last entry
 * it has then.
 *
 * <p>The entry's number leads to it as long as the map keeps its numbering: under puts, removals,
 * growth and copies. After a compaction, a conversion or a clear each further user key of the map
 * as it was is looked up in the map as it is. No user key is met twice: below the number where the
 * walk ends, a user key has at most one entry that was not dead at the beginning.
 */
final class DenseCursor<K, N, U, V> extends InnerMapCursor<K, N, U, V> {
  private final DenseMap origin;
  private final int end;

  private int next;

  DenseCursor(HeapBoundMap<K, N, U, V> bound, DenseMap origin) {
    super(bound, origin);
    this.origin = origin;
    this.end = origin.used();
  }

  @Override
  public boolean advance() {
    while (next < end) {
      int slot = slotOf(next++);
      if (slot >= 0) {
        reach(slot);
        return true;
      }
    }
    return false;
  }

  private int slotOf(int entry) {
    if (!isCurrent()) {
      refresh();
    }
    if (map instanceof DenseMap dense && dense.numbering == origin.numbering) {
      return dense.isDead(entry) ? -1 : entry;
    }
    if (map == null || origin.isDead(entry)) {
      return -1;
    }
    return maps.find(map, origin.word(entry), origin.userKey(entry));
  }
}
