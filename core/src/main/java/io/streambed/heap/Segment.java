package io.streambed.heap;

import io.streambed.error.InvariantViolationException;
import java.util.Arrays;

/**
 * A small open-addressing hash table with linear probing: parallel lanes of hashes, keys,
 * namespaces, values. A hash of 0 marks a free slot. Removal shifts back, so there are no
 * tombstones.
 *
 * <p>Invariants: capacity is a power of two; size is at most three quarters of it; every entry is
 * reached from its hash's home slot without crossing a free slot; all hashes share their upper
 * {@link #depth} bits.
 */
final class Segment {
  static final int MIN_CAPACITY = 4;
  static final int MAX_CAPACITY = 1024;

  /** Number of upper hash bits that all entries share. */
  final int depth;

  /** The epoch this was made in. */
  final int epoch;

  int size;
  int[] hashes;
  long[] longKeys;
  Object[] keys;
  Object[] namespaces;
  long[] longValues;
  Object[] values;

  /** Marks null values in a lane of 64 bits; made when the first null comes. */
  boolean[] nulls;

  int[] valueEpochs;
  long[] stamps;

  Segment(Layout layout, int depth, int epoch, int capacity) {
    this.depth = depth;
    this.epoch = epoch;
    allocate(layout, capacity);
  }

  /** A copy for another epoch that shares the objects, not the lanes. */
  Segment(Segment other, int epoch) {
    this.depth = other.depth;
    this.epoch = epoch;
    this.size = other.size;
    this.hashes = other.hashes.clone();
    this.longKeys = other.longKeys == null ? null : other.longKeys.clone();
    this.keys = other.keys == null ? null : other.keys.clone();
    this.namespaces = other.namespaces == null ? null : other.namespaces.clone();
    this.longValues = other.longValues == null ? null : other.longValues.clone();
    this.values = other.values == null ? null : other.values.clone();
    this.nulls = other.nulls == null ? null : other.nulls.clone();
    this.valueEpochs = other.valueEpochs == null ? null : other.valueEpochs.clone();
    this.stamps = other.stamps == null ? null : other.stamps.clone();
  }

  private void allocate(Layout layout, int capacity) {
    hashes = new int[capacity];
    longKeys = layout.longKeys() ? new long[capacity] : null;
    keys = layout.longKeys() ? null : new Object[capacity];
    namespaces = layout.namespaced() ? new Object[capacity] : null;
    longValues = layout.longValues() ? new long[capacity] : null;
    values = layout.longValues() ? null : new Object[capacity];
    nulls = null;
    valueEpochs = layout.tracked() ? new int[capacity] : null;
    stamps = layout.stamped() ? new long[capacity] : null;
  }

  int capacity() {
    return hashes.length;
  }

  boolean full() {
    return size >= hashes.length - (hashes.length >>> 2);
  }

  /** The slot of a key, or -1 - slot of the free slot where it belongs. */
  int find(int hash, long bits, Object key, Object namespace) {
    int[] lane = hashes;
    int mask = lane.length - 1;
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

  private boolean matches(int slot, long bits, Object key, Object namespace) {
    if (longKeys != null ? longKeys[slot] != bits : !keys[slot].equals(key)) {
      return false;
    }
    return namespaces == null || namespaces[slot].equals(namespace);
  }

  /** Takes a free slot that {@link #find} pointed to; the value is still to be set. */
  void claim(int slot, int hash, long bits, Object key, Object namespace) {
    hashes[slot] = hash;
    if (longKeys != null) {
      longKeys[slot] = bits;
    } else {
      keys[slot] = key;
    }
    if (namespaces != null) {
      namespaces[slot] = namespace;
    }
    size++;
  }

  boolean isNull(int slot) {
    return nulls != null && nulls[slot];
  }

  void setNull(int slot, boolean isNull) {
    if (nulls == null) {
      if (!isNull) {
        return;
      }
      nulls = new boolean[hashes.length];
    }
    nulls[slot] = isNull;
  }

  /** Frees a slot and closes the gap. */
  void remove(int slot) {
    int mask = hashes.length - 1;
    int gap = slot;
    int next = (gap + 1) & mask;
    while (hashes[next] != 0) {
      int home = hashes[next] & mask;
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

  private void copySlot(Segment from, int source, int target) {
    hashes[target] = from.hashes[source];
    if (longKeys != null) {
      longKeys[target] = from.longKeys[source];
    } else {
      keys[target] = from.keys[source];
    }
    if (namespaces != null) {
      namespaces[target] = from.namespaces[source];
    }
    if (longValues != null) {
      longValues[target] = from.longValues[source];
      setNull(target, from.isNull(source));
    } else {
      values[target] = from.values[source];
    }
    if (valueEpochs != null) {
      valueEpochs[target] = from.valueEpochs[source];
    }
    if (stamps != null) {
      stamps[target] = from.stamps[source];
    }
  }

  private void clearSlot(int slot) {
    hashes[slot] = 0;
    if (keys != null) {
      keys[slot] = null;
    }
    if (namespaces != null) {
      namespaces[slot] = null;
    }
    if (values != null) {
      values[slot] = null;
    }
    if (nulls != null) {
      nulls[slot] = false;
    }
  }

  /** Copies an entry of another segment into a free slot of this one. */
  void adopt(Segment from, int source) {
    int mask = hashes.length - 1;
    int slot = from.hashes[source] & mask;
    while (hashes[slot] != 0) {
      slot = (slot + 1) & mask;
    }
    copySlot(from, source, slot);
    size++;
  }

  /** The same entries in twice the capacity. */
  Segment doubled(Layout layout, int newEpoch) {
    Segment larger = new Segment(layout, depth, newEpoch, 2 * hashes.length);
    for (int slot = 0; slot < hashes.length; slot++) {
      if (hashes[slot] != 0) {
        larger.adopt(this, slot);
      }
    }
    return larger;
  }

  /** Fails if an invariant of the class comment is broken. */
  void checkInvariants() {
    int count = 0;
    for (int slot = 0; slot < hashes.length; slot++) {
      int hash = hashes[slot];
      if (hash == 0) {
        continue;
      }
      count++;
      for (int i = hash & (hashes.length - 1); i != slot; i = (i + 1) & (hashes.length - 1)) {
        if (hashes[i] == 0) {
          throw new InvariantViolationException(
              "slot " + slot + " is not reachable in " + Arrays.toString(hashes));
        }
      }
    }
    if (count != size || size > hashes.length - (hashes.length >>> 2)) {
      throw new InvariantViolationException(
          count + " entries, size " + size + ", capacity " + hashes.length);
    }
  }
}
