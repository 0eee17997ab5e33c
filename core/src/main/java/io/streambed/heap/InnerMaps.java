package io.streambed.heap;

import io.streambed.serial.KeyHasher;
import io.streambed.serial.LongLane;
import io.streambed.serial.Serializer;
import io.streambed.store.Expiry;
import io.streambed.store.TableSpec;
import java.util.Objects;

/**
 * The maps inside a map table: what is the same for all of them, and access to one entry of one of
 * them. A look-up leaves its result in {@link #segment}.
 *
 * @param <U> the type of the user keys
 * @param <V> the type of the values
 */
final class InnerMaps<U, V> {
  final Epochs epochs;
  final Layout layout;
  private final LongLane<U> keyLane;
  private final LongLane<V> valueLane;
  private final KeyHasher<U> hasher;
  private Serializer<V> serializer;

  /** Where the last look-up or insertion went. */
  Segment segment;

  /** Counts entries that come, go or move. */
  int modifications;

  private long preparedBits;
  private int preparedHash;
  private long preparedValue;

  InnerMaps(Epochs epochs, TableSpec<?, U, V> spec) {
    this.epochs = epochs;
    this.keyLane = spec.userKey().longLane();
    this.valueLane = spec.value().longLane();
    this.hasher = spec.userKey().keyHasher();
    this.layout =
        new Layout(
            keyLane != null,
            false,
            valueLane != null,
            valueLane == null && !spec.value().immutable(),
            spec.expiry() == Expiry.STAMPED);
    reopen(spec);
  }

  void reopen(TableSpec<?, U, V> spec) {
    serializer = spec.value();
  }

  SegmentedHash create() {
    return new SegmentedHash(layout, epochs.current(), Segment.MIN_CAPACITY);
  }

  private long bits(U userKey) {
    return keyLane == null ? 0 : keyLane.toLong(userKey);
  }

  private int hash(U userKey, long bits) {
    return keyLane != null ? Hashing.mix(bits) : Hashing.mix(hasher.hash(userKey));
  }

  /** The slot of a user key in {@link #segment}, or negative. */
  int find(SegmentedHash map, U userKey) {
    Objects.requireNonNull(userKey, "a user key must not be null");
    long bits = bits(userKey);
    int hash = hash(userKey, bits);
    Segment found = map.segment(hash);
    segment = found;
    return found.find(hash, bits, userKey, null);
  }

  /**
   * Computes all that user code computes for a put, so that a value of a wrong type fails before
   * anything is changed.
   */
  void prepare(U userKey, V value) {
    Objects.requireNonNull(userKey, "a user key must not be null");
    preparedBits = bits(userKey);
    preparedHash = hash(userKey, preparedBits);
    preparedValue = valueLane == null || value == null ? 0 : valueLane.toLong(value);
  }

  /** Sets the prepared value in a writable map; true if the user key is new. */
  boolean put(SegmentedHash map, U userKey, V value, long stamp) {
    segment = map.segment(preparedHash);
    int slot = segment.find(preparedHash, preparedBits, userKey, null);
    boolean added = slot < 0;
    if (added) {
      segment = map.segmentWithRoom(preparedHash, epochs);
      slot = ~segment.find(preparedHash, preparedBits, userKey, null);
      segment.claim(slot, preparedHash, preparedBits, userKey, null);
      map.sizeChanged(1);
      modifications++;
    } else {
      makeWritable(map, slot);
    }
    set(slot, value, stamp);
    return added;
  }

  private void set(int slot, V value, long stamp) {
    if (valueLane != null) {
      segment.setNull(slot, value == null);
      segment.longValues[slot] = preparedValue;
    } else {
      segment.values[slot] = value;
      if (layout.tracked()) {
        segment.valueEpochs[slot] = epochs.current();
      }
    }
    if (layout.stamped()) {
      segment.stamps[slot] = stamp;
    }
  }

  private void makeWritable(SegmentedHash map, int slot) {
    if (segment.epoch <= epochs.maxFrozen) {
      segment = map.writableSegment(segment.hashes[slot], epochs);
      modifications++;
    }
  }

  /** Removes the entry at a slot of {@link #segment} from a writable map. */
  void remove(SegmentedHash map, int slot) {
    makeWritable(map, slot);
    segment.remove(slot);
    map.sizeChanged(-1);
    modifications++;
  }

  /** Whether the value at a slot of {@link #segment} must be copied before it is handed out. */
  boolean mustDetach(int slot) {
    return layout.tracked()
        && segment.values[slot] != null
        && segment.valueEpochs[slot] <= epochs.maxFrozen;
  }

  /** Replaces the value at a slot of a writable map by a copy that the caller may change. */
  void detach(SegmentedHash map, int slot) {
    makeWritable(map, slot);
    segment.values[slot] = serializer.copy(valueAt(segment, slot));
    segment.valueEpochs[slot] = epochs.current();
  }

  U userKeyAt(Segment at, int slot) {
    if (keyLane != null) {
      return keyLane.fromLong(at.longKeys[slot]);
    }
    @SuppressWarnings("unchecked")
    U userKey = (U) at.keys[slot];
    return userKey;
  }

  V valueAt(Segment at, int slot) {
    if (valueLane != null) {
      return at.isNull(slot) ? null : valueLane.fromLong(at.longValues[slot]);
    }
    @SuppressWarnings("unchecked")
    V value = (V) at.values[slot];
    return value;
  }
}
