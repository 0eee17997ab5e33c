package io.streambed.heap;

import java.util.ArrayList;

/**
 * Walks a map that is segmented when the walk begins, in the order of hashes, one segment at a
 * time, whose user keys are copied when it is reached: splits, copies and shifts under the walk do
 * no harm.
 */
final class SegmentedCursor<K, N, U, V> extends InnerMapCursor<K, N, U, V> {
  private static final long END = 1L << 32;

  private final ArrayList<U> userKeys = new ArrayList<>();
  private int[] slots = new int[0];

  /** Where the segment of these user keys begins, and where the next one does. */
  private long position;

  private long following;
  private int next;
  private int modificationsSeen;

  SegmentedCursor(HeapBoundMap<K, N, U, V> bound, SegmentedMap map) {
    super(bound, map);
  }

  @Override
  public boolean advance() {
    while (true) {
      while (next < userKeys.size()) {
        boolean unmoved = isUnmoved();
        int slot = slotOf(next++, unmoved);
        if (slot < 0) {
          continue;
        }
        reach(slot);
        if (unmoved) {
          // The walk's own copy of a frozen segment leaves each entry at its slot.
          modificationsSeen = maps.modifications;
        }
        return true;
      }
      if (following == END || !fill()) {
        return false;
      }
    }
  }

  private boolean isUnmoved() {
    return isCurrent() && maps.modifications == modificationsSeen;
  }

  private int slotOf(int at, boolean unmoved) {
    if (unmoved) {
      ((SegmentedMap) map).seek(position);
      return slots[at];
    }
    if (!isCurrent()) {
      refresh();
    }
    return map == null ? -1 : maps.find(map, userKeys.get(at));
  }

  private boolean fill() {
    if (!isCurrent()) {
      refresh();
    }
    // A map that is gone or dense again was dropped: what it has was put since.
    if (!(map instanceof SegmentedMap segmented)) {
      return false;
    }
    position = following;
    following = segmented.nextPosition(position);
    segmented.seek(position);
    if (slots.length < segmented.slots()) {
      slots = new int[segmented.slots()];
    }
    userKeys.clear();
    next = 0;
    for (int slot = 0; slot < segmented.slots(); slot++) {
      // After the map was dropped and filled again a segment may reach back behind the walk.
      if (segmented.hasEntry(slot, position)) {
        slots[userKeys.size()] = slot;
        userKeys.add(maps.userKeyAt(segmented, slot));
      }
    }
    modificationsSeen = maps.modifications;
    return true;
  }
}
