package io.streambed.heap;

/**
 * One of the maps inside a map table: dense while small, segmented while large. It knows bits and
 * objects, not types: a user key is its hash with its 64 bits, or with its own object and the hash
 * once more as bits.
 *
 * <p>The owner writes to it in place as long as no frozen view may hold it, that is while {@link
 * #epoch} is greater than {@link Epochs#maxFrozen}, and to a {@link #copy} from then on. A view
 * only walks.
 */
abstract sealed class InnerMap permits DenseMap, SegmentedMap {
  /** The position behind the last part of each map. */
  static final long END = 1L << 32;

  /** The epoch this was made in. */
  final int epoch;

  InnerMap(int epoch) {
    this.epoch = epoch;
  }

  /** The number of entries. */
  abstract int size();

  /** The same contents for the owner to write to in a later epoch; slots stay the same. */
  abstract InnerMap copy(int newEpoch);

  /**
   * The slot of a user key, or negative. It is good until the next look-up, insertion or removal in
   * this map.
   */
  abstract int find(int hash, long bits, Object userKey);

  /** Adds a user key that is not there, its value still to be set; gives its slot. */
  abstract int add(int hash, long bits, Object userKey, Epochs epochs);

  /** Prepares a found slot for a change; true if its entry was moved for that. */
  abstract boolean makeWritable(int slot, Epochs epochs);

  /** Removes the entry at a writable slot. */
  abstract void remove(int slot, Epochs epochs);

  /** The hash of a user key. */
  abstract int hash(int slot);

  /** The 64 bits of a user key, or its hash if it is an object. */
  abstract long word(int slot);

  /** The user key, where user keys are objects. */
  abstract Object userKey(int slot);

  /** Whether the value is null, where values are 64 bits. */
  abstract boolean isNull(int slot);

  /** The value, where values are 64 bits. */
  abstract long longValue(int slot);

  /** Sets the value at a writable slot, where values are 64 bits. */
  abstract void setLongValue(int slot, long value, boolean isNull);

  /** The value or null, where values are objects. */
  abstract Object value(int slot);

  /** Sets the value at a writable slot, where values are objects. */
  abstract void setValue(int slot, Object value);

  /** The epoch in which the value was last copied or put, where values are tracked. */
  abstract int valueEpoch(int slot);

  /** Sets what {@link #valueEpoch} gives. */
  abstract void setValueEpoch(int slot, int valueEpoch);

  /** The value's timestamp, where values have one. */
  abstract long stamp(int slot);

  /** Sets what {@link #stamp} gives. */
  abstract void setStamp(int slot, long stamp);

  /** The position behind the part of a position: a map is swept part by part, from 0 to END. */
  abstract long nextPart(long position);

  /** The number of entries in the part of a position, at least 1. */
  abstract int part(long position);

  /** Whether an entry in the part of a position is older than a time. */
  abstract boolean hasOlder(long position, long oldestLive);

  /** Removes what is older than a time from the part of a position. */
  abstract void removeOlder(long position, long oldestLive, Epochs epochs);

  /** Adds an entry of another map, whose value is not copied. */
  final void adopt(InnerMap from, int at, Layout layout, Epochs epochs) {
    int slot = add(from.hash(at), from.word(at), from.userKey(at), epochs);
    if (layout.longValues()) {
      setLongValue(slot, from.longValue(at), from.isNull(at));
    } else {
      setValue(slot, from.value(at));
    }
    if (layout.tracked()) {
      setValueEpoch(slot, from.valueEpoch(at));
    }
    if (layout.stamped()) {
      setStamp(slot, from.stamp(at));
    }
  }

  /** What is done at each entry. */
  interface Visitor<X extends Exception> {
    /** Takes a slot and the map that it is to be read in, which need not be the one walked. */
    void visit(InnerMap at, int slot) throws X;
  }

  /** A walk over a map that nobody changes meanwhile; any thread. */
  abstract Walk walk();

  /** Where a walk is. */
  abstract static class Walk {
    /** The map that the slot is to be read in, which need not be the one walked. */
    InnerMap at;

    int slot = -1;

    /** Moves to the next entry; false at the end. */
    abstract boolean advance();
  }

  /** Walks over a map that nobody changes meanwhile. */
  final <X extends Exception> void forEach(Visitor<X> visitor) throws X {
    for (Walk walk = walk(); walk.advance(); ) {
      visitor.visit(walk.at, walk.slot);
    }
  }

  /** The number of entries that there is room for, for tests of what is kept. */
  abstract long capacity();

  /** Fails if an invariant is broken; for tests. */
  abstract void checkInvariants();
}
