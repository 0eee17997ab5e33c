package io.streambed.heap;

import java.util.ArrayList;

/**
 * Walks a map that is segmented when the walk begins, in the order of hashes, one segment at a
 * time, whose user keys are copied when it is reached: splits, joins, copies and shifts under the
 * walk do no harm. If the map is dense when the next segment is to be reached, all of it that the
 * walk has not passed is copied at once.
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
      if (following == END) {
        return false;
      }
      fill();
    }
  }

  private boolean isUnmoved() {
    return isCurrent() && maps.modifications == modificationsSeen;
  }

  private int slotOf(int at, boolean unmoved) {
    if (unmoved) {
      if (map instanceof SegmentedMap segmented) {
        segmented.seek(position);
      }
      return slots[at];
    }
    if (!isCurrent()) {
      refresh();
    }
    return map == null ? -1 : maps.find(map, userKeys.get(at));
  }

  private void fill() {
    if (!isCurrent()) {
      refresh();
    }
    userKeys.clear();
    next = 0;
    position = following;
    following = END;
    if (map instanceof SegmentedMap segmented) {
      following = segmented.nextPosition(position);
      segmented.seek(position);
      reserve(segmented.slots());
      for (int slot = 0; slot < segmented.slots(); slot++) {
        if (segmented.isOccupied(slot)) {
          take(slot);
        }
      }
    } else if (map != null) {
      reserve(map.size());
      map.forEach((at, slot) -> take(slot));
    }
    modificationsSeen = maps.modifications;
  }

  private void reserve(int count) {
    if (slots.length < count) {
      slots = new int[count];
    }
  }

  /** Takes the entry at a slot, unless the walk has passed its hash: a join reaches back. */
  private void take(int slot) {
    if (Integer.toUnsignedLong(map.hash(slot)) >= position) {
      slots[userKeys.size()] = slot;
      userKeys.add(maps.userKeyAt(map, slot));
    }
  }
}
