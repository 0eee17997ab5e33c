package io.streambed.heap;

import io.streambed.error.InvariantViolationException;

/**
 * A small open-addressing hash table with linear probing. What one slot holds lies together: its
 * 64-bit words side by side in {@link #longs}, its references in {@link #refs}, so that one entry
 * is on one cache line of each. Timestamps lie apart from both: who reads needs none of them as
 * long as {@link #oldest} shows that nothing here has expired. Removal shifts back, so there are no
 * tombstones.
 *
 * <p>How a free slot is told: where 64 bits are the whole key ({@link Layout#direct}), it has the
 * pattern {@link #free} for a key, and hashes are computed when they are needed; else there is a
 * lane of hashes, and a free slot's is 0.
 *
 * <p>Invariants: capacity is a power of two and never changes, a larger or smaller segment takes
 * the place of this one; size is at most three quarters of it, half below {@link #MAX_CAPACITY},
 * where displaced entries would cost more than the memory; every entry is reached from its hash's
 * home slot without crossing a free slot; all hashes share their upper {@link #depth} bits; no
 * entry of a direct segment has the key {@link #free}.
 */
final class Segment {
  static final int MIN_CAPACITY = 4;
  static final int MAX_CAPACITY = 1024;

  private static final long NEXT_FREE = 0x9E37_79B9_7F4A_7C15L;

  final Layout layout;

  /** Number of upper hash bits that all entries share. */
  final int depth;

  /** The epoch this was made in. */
  final int epoch;

  int size;

  /** Capacity less one. */
  final int mask;

  /** The layout's number of words in a slot. */
  private final int longStride;

  private final long[] longs;
  private final Object[] refs;
  private final int[] hashes;
  private final long[] stamps;

  /** Marks null values among those of 64 bits; made when the first null comes. */
  private boolean[] nulls;

  private final int[] valueEpochs;
  private long free;

  /**
   * No entry has a lesser timestamp. Only the owner's thread uses it, in segments too that a view
   * holds.
   */
  private long oldest = Long.MAX_VALUE;

  Segment(Layout layout, int depth, int epoch, int capacity) {
    this.layout = layout;
    this.depth = depth;
    this.epoch = epoch;
    this.mask = capacity - 1;
    this.longStride = layout.longStride;
    this.longs = longStride == 0 ? null : new long[capacity * longStride];
    this.refs = layout.refStride == 0 ? null : new Object[capacity * layout.refStride];
    this.hashes = layout.direct() ? null : new int[capacity];
    this.valueEpochs = layout.tracked() ? new int[capacity] : null;
    this.stamps = layout.stamped() ? new long[capacity] : null;
  }

  /** A copy for another epoch that shares the objects, not the arrays. */
  Segment(Segment other, int epoch) {
    this.layout = other.layout;
    this.depth = other.depth;
    this.epoch = epoch;
    this.size = other.size;
    this.mask = other.mask;
    this.longStride = other.longStride;
    this.longs = other.longs == null ? null : other.longs.clone();
    this.refs = other.refs == null ? null : other.refs.clone();
    this.hashes = other.hashes == null ? null : other.hashes.clone();
    this.nulls = other.nulls == null ? null : other.nulls.clone();
    this.valueEpochs = other.valueEpochs == null ? null : other.valueEpochs.clone();
    this.stamps = other.stamps == null ? null : other.stamps.clone();
    this.free = other.free;
    this.oldest = other.oldest;
  }

  int capacity() {
    return mask + 1;
  }

  private int limit() {
    return limit(capacity());
  }

  private static int limit(int capacity) {
    return capacity < MAX_CAPACITY ? capacity >>> 1 : capacity - (capacity >>> 2);
  }

  boolean full() {
    return size >= limit();
  }

  /**
   * The most entries that are put into a capacity when memory is given back: a sixth of the room is
   * left, so that many entries come and go before the next change of size.
   */
  private static int roomy(int capacity) {
    return limit(capacity) * 5 / 6;
  }

  /** Whether half of the capacity is enough, with some room left. */
  boolean sparse() {
    return sparse(capacity());
  }

  private boolean sparse(int capacity) {
    return capacity > MIN_CAPACITY && size <= roomy(capacity >>> 1);
  }

  /**
   * Whether one segment that need not be split can have the entries of both, with some room left.
   */
  boolean fitsWith(Segment other) {
    return size + other.size <= roomy(MAX_CAPACITY);
  }

  /** The slot of a key, or -1 - slot of the free slot where it belongs. */
  int find(int hash, long bits, Object key, Object namespace) {
    return hashes == null ? find(hash, bits) : findHashed(hash, bits, key, namespace);
  }

  /** As above, where there is a lane of hashes. */
  int findHashed(int hash, long bits, Object key, Object namespace) {
    int[] lane = hashes;
    int slot = hash & mask;
    while (true) {
      int found = lane[slot];
      if (found == hash && matches(slot, bits, key, namespace)) {
        return slot;
      }
      if (found == 0) {
        return ~slot;
      }
      slot = (slot + 1) & mask;
    }
  }

  /** As above, where an object is the whole entry: see {@link Layout#ELEMENTS}. */
  int findElement(int hash, Object element) {
    int[] lane = hashes;
    Object[] elements = refs;
    int slot = hash & mask;
    while (true) {
      int found = lane[slot];
      if (found == hash && (elements[slot] == element || elements[slot].equals(element))) {
        return slot;
      }
      if (found == 0) {
        return ~slot;
      }
      slot = (slot + 1) & mask;
    }
  }

  /** As above, where 64 bits are the whole key. */
  int find(int hash, long bits) {
    long[] lane = longs;
    int stride = longStride;
    long unused = free;
    int slot = hash & mask;
    while (true) {
      long found = lane[slot * stride];
      if (found == bits) {
        return bits == unused ? ~slot : slot;
      }
      if (found == unused) {
        return ~slot;
      }
      slot = (slot + 1) & mask;
    }
  }

  private boolean matches(int slot, long bits, Object key, Object namespace) {
    if (layout.longKeys() ? longKey(slot) != bits : !key(slot).equals(key)) {
      return false;
    }
    if (!layout.namespaced()) {
      return true;
    }
    Object found = namespace(slot);
    return found == namespace || found.equals(namespace);
  }

  boolean occupied(int slot) {
    return hashes != null ? hashes[slot] != 0 : longKey(slot) != free;
  }

  int hash(int slot) {
    return hashes != null ? hashes[slot] : Hashing.mix(longKey(slot));
  }

  long longKey(int slot) {
    return longs[slot * longStride];
  }

  long longValue(int slot) {
    return longs[slot * longStride + layout.longValue];
  }

  long stamp(int slot) {
    return stamps[slot];
  }

  /** Whether an entry is older than a time; never where entries have no timestamps. */
  boolean isOlder(int slot, long oldestLive) {
    return oldest < oldestLive && stamps[slot] < oldestLive;
  }

  /** What a slot has where an object is the whole entry. */
  Object element(int slot) {
    return refs[slot];
  }

  Object key(int slot) {
    return refs[slot * layout.refStride];
  }

  Object namespace(int slot) {
    return refs[slot * layout.refStride + layout.namespace];
  }

  Object value(int slot) {
    return refs[slot * layout.refStride + layout.value];
  }

  /** The epoch that a tracked value was last copied or put in. */
  int valueEpoch(int slot) {
    return valueEpochs[slot];
  }

  boolean isNull(int slot) {
    return nulls != null && nulls[slot];
  }

  void setLongValue(int slot, long bits) {
    longs[slot * longStride + layout.longValue] = bits;
  }

  void setStamp(int slot, long stamp) {
    stamps[slot] = stamp;
    if (stamp < oldest) {
      oldest = stamp;
    }
  }

  void setValue(int slot, Object value) {
    refs[slot * layout.refStride + layout.value] = value;
  }

  void setValueEpoch(int slot, int valueEpoch) {
    valueEpochs[slot] = valueEpoch;
  }

  void setNull(int slot, boolean isNull) {
    if (nulls == null) {
      if (!isNull) {
        return;
      }
      nulls = new boolean[capacity()];
    }
    nulls[slot] = isNull;
  }

  /** Takes a free slot that {@link #find} pointed to; the value is still to be set. */
  void claim(int slot, int hash, long bits, Object key, Object namespace) {
    if (hashes != null) {
      hashes[slot] = hash;
    } else if (bits == free) {
      chooseFree();
    }
    if (layout.longKeys()) {
      longs[slot * longStride] = bits;
    } else {
      refs[slot * layout.refStride] = key;
    }
    if (layout.namespaced()) {
      refs[slot * layout.refStride + layout.namespace] = namespace;
    }
    size++;
  }

  /** As above, where an object is the whole entry. */
  void claimElement(int slot, int hash, Object element) {
    hashes[slot] = hash;
    refs[slot] = element;
    size++;
  }

  /** Marks free slots with another pattern: a key is about to come that has the present one. */
  private void chooseFree() {
    long next = free;
    do {
      next += NEXT_FREE;
    } while (find(Hashing.mix(next), next) >= 0);
    for (int slot = 0; slot <= mask; slot++) {
      if (!occupied(slot)) {
        longs[slot * longStride] = next;
      }
    }
    free = next;
  }

  /** Frees a slot and closes the gap. */
  void remove(int slot) {
    if (layout == Layout.ELEMENTS) {
      removeElement(slot);
      return;
    }
    int gap = slot;
    int next = (gap + 1) & mask;
    while (occupied(next)) {
      int home = hash(next) & mask;
      // The entry may move into the gap only if its home is not cyclically within (gap, next].
      if (((next - home) & mask) >= ((next - gap) & mask)) {
        copySlot(this, next, gap);
        gap = next;
      }
      next = (next + 1) & mask;
    }
    clearSlot(gap);
    size--;
  }

  /** As above, where an object is the whole entry. */
  private void removeElement(int slot) {
    int[] lane = hashes;
    Object[] elements = refs;
    int gap = slot;
    int next = (gap + 1) & mask;
    while (lane[next] != 0) {
      if (((next - lane[next]) & mask) >= ((next - gap) & mask)) {
        lane[gap] = lane[next];
        elements[gap] = elements[next];
        gap = next;
      }
      next = (next + 1) & mask;
    }
    lane[gap] = 0;
    elements[gap] = null;
    size--;
  }

  /** Whether an entry is older than a time. It costs a look at all of them only if one may be. */
  boolean hasOlder(long oldestLive) {
    if (oldest < oldestLive) {
      oldest = Long.MAX_VALUE;
      for (int slot = 0; slot <= mask; slot++) {
        if (occupied(slot)) {
          oldest = Math.min(oldest, stamp(slot));
        }
      }
    }
    return oldest < oldestLive;
  }

  /** Removes the entries that are older than a time. */
  void removeOlder(long oldestLive) {
    for (int slot = 0; slot <= mask; slot++) {
      // Another entry may have moved into the slot.
      while (occupied(slot) && stamp(slot) < oldestLive) {
        remove(slot);
      }
    }
  }

  private void copySlot(Segment from, int source, int target) {
    for (int i = 0; i < longStride; i++) {
      longs[target * longStride + i] = from.longs[source * longStride + i];
    }
    int refStride = layout.refStride;
    for (int i = 0; i < refStride; i++) {
      refs[target * refStride + i] = from.refs[source * refStride + i];
    }
    if (hashes != null) {
      hashes[target] = from.hashes[source];
    }
    if (nulls != null || from.nulls != null) {
      setNull(target, from.isNull(source));
    }
    if (valueEpochs != null) {
      valueEpochs[target] = from.valueEpochs[source];
    }
    if (stamps != null) {
      stamps[target] = from.stamps[source];
    }
  }

  private void clearSlot(int slot) {
    if (hashes != null) {
      hashes[slot] = 0;
    } else {
      longs[slot * longStride] = free;
    }
    for (int i = 0; i < layout.refStride; i++) {
      refs[slot * layout.refStride + i] = null;
    }
    if (nulls != null) {
      nulls[slot] = false;
    }
  }

  /** An empty segment for some of these entries. */
  private Segment successor(int newDepth, int newEpoch, int capacity) {
    Segment made = new Segment(layout, newDepth, newEpoch, capacity);
    made.oldest = oldest;
    if (free != 0 && layout.direct()) {
      made.free = free;
      for (int slot = 0; slot < capacity; slot++) {
        made.longs[slot * longStride] = free;
      }
    }
    return made;
  }

  /** Copies an entry of another segment into a free slot; its key is not the free pattern. */
  private void adopt(Segment from, int source, int hash) {
    copySlot(from, source, freeSlot(hash));
    size++;
  }

  /** Where an entry with this hash belongs that is not there yet. */
  int freeSlot(int hash) {
    int slot = hash & mask;
    while (occupied(slot)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  /** The same entries in the least capacity that leaves some room. */
  Segment smaller(int newEpoch) {
    int capacity = capacity();
    while (sparse(capacity)) {
      capacity >>>= 1;
    }
    return resized(newEpoch, capacity);
  }

  /** The same entries in another capacity. */
  Segment resized(int newEpoch, int capacity) {
    Segment resized = successor(depth, newEpoch, capacity);
    resized.adoptAll(this);
    return resized;
  }

  /** The entries of this and of the segment whose hashes differ in the last shared bit. */
  Segment joined(Segment buddy, int newEpoch) {
    Segment joined = successor(depth - 1, newEpoch, capacityFor(size + buddy.size));
    joined.adoptAll(this);
    joined.adoptAll(buddy);
    joined.oldest = Math.min(oldest, buddy.oldest);
    return joined;
  }

  /** Copies all entries of another segment, which may mark its free slots otherwise. */
  private void adoptAll(Segment from) {
    for (int slot = 0; slot <= from.mask; slot++) {
      if (from.occupied(slot)) {
        if (hashes == null && from.longKey(slot) == free) {
          chooseFree();
        }
        adopt(from, slot, from.hash(slot));
      }
    }
  }

  /** As much as some entries and one more need. */
  private static int capacityFor(int entries) {
    int capacity = MIN_CAPACITY;
    while (entries >= limit(capacity)) {
      capacity *= 2;
    }
    return capacity;
  }

  /** Two segments one bit deeper: that of the entries whose next bit is 0, and the other. */
  Segment[] split(int newEpoch) {
    int bit = 1 << (31 - depth);
    int highs = 0;
    for (int slot = 0; slot <= mask; slot++) {
      if (occupied(slot) && (hash(slot) & bit) != 0) {
        highs++;
      }
    }
    Segment low = successor(depth + 1, newEpoch, capacityFor(size - highs));
    Segment high = successor(depth + 1, newEpoch, capacityFor(highs));
    for (int slot = 0; slot <= mask; slot++) {
      if (occupied(slot)) {
        int hash = hash(slot);
        ((hash & bit) == 0 ? low : high).adopt(this, slot, hash);
      }
    }
    return new Segment[] {low, high};
  }

  /** Fails if an invariant of the class comment is broken. */
  void checkInvariants() {
    int count = 0;
    for (int slot = 0; slot <= mask; slot++) {
      if (!occupied(slot)) {
        continue;
      }
      count++;
      for (int i = hash(slot) & mask; i != slot; i = (i + 1) & mask) {
        if (!occupied(i)) {
          throw new InvariantViolationException(
              "slot " + slot + " is not reachable, slot " + i + " before it is free");
        }
      }
      if (layout.stamped() && stamp(slot) < oldest) {
        throw new InvariantViolationException("slot " + slot + " is older than the oldest");
      }
      int upper = hash(slot) ^ hash(firstOccupied());
      if (depth > 0 && upper >>> (32 - depth) != 0) {
        throw new InvariantViolationException("slot " + slot + " differs in its upper bits");
      }
    }
    if (count != size || size > limit()) {
      throw new InvariantViolationException(
          count + " entries, size " + size + ", capacity " + capacity());
    }
  }

  private int firstOccupied() {
    int slot = 0;
    while (!occupied(slot)) {
      slot++;
    }
    return slot;
  }
}
