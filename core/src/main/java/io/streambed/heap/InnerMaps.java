package io.streambed.heap;

import io.streambed.entry.Codec;
import io.streambed.entry.SizeLimit;
import io.streambed.key.KeyContext;
import io.streambed.serial.KeyHasher;
import io.streambed.serial.LongLane;
import io.streambed.serial.Serializer;
import io.streambed.store.TableSpec;
import java.util.Objects;

/**
 * The maps inside a map table: what is the same for all of them, and access to one entry of one of
 * them by its types. What changes a map expects one that may be written in place.
 *
 * @param <U> the type of the user keys
 * @param <V> the type of the values
 */
final class InnerMaps<U, V> {
  final Epochs epochs;
  final Layout layout;
  private final DenseShape shape;
  private final LongLane<U> keyLane;
  private final LongLane<V> valueLane;
  private final KeyHasher<U> hasher;
  private final KeyContext<?> context;

  /** The lanes again, each null until the first user key or value was tried. */
  private LongLane<U> triedKeyLane;

  private LongLane<V> triedValueLane;

  /** Null where no user key or value needs a check. */
  private SizeLimit<U> keyLimit;

  private SizeLimit<V> valueLimit;
  private Serializer<V> serializer;

  /** Counts maps of which another object took the place, or that were dropped. */
  int replacements;

  /** Counts entries that come, go or move; those of dense maps may move uncounted. */
  int modifications;

  private int numberings;
  private long preparedBits;
  private int preparedHash;
  private long preparedValue;

  InnerMaps(KeyContext<?> context, Epochs epochs, TableSpec<?, U, V> spec) {
    this.context = context;
    this.epochs = epochs;
    this.keyLane = spec.userKey().longLane();
    this.valueLane = spec.value().longLane();
    this.hasher = spec.userKey().keyHasher();
    this.keyLimit = new Codec<>(spec.userKey(), spec.name(), "user key").firstCheck(this::triedKey);
    this.layout =
        new Layout(
            keyLane != null,
            false,
            valueLane != null,
            valueLane == null && !spec.value().immutable(),
            spec.expiry().stamped());
    this.shape = DenseShape.of(layout);
    reopen(spec);
  }

  void reopen(TableSpec<?, U, V> spec) {
    serializer = spec.value();
    triedValueLane = null;
    valueLimit = HeapTable.firstCheck(context, spec, this::triedValue);
  }

  private void triedKey(SizeLimit<U> later) {
    keyLimit = later;
    triedKeyLane = keyLane;
  }

  private void triedValue(SizeLimit<V> later) {
    valueLimit = later;
    triedValueLane = valueLane;
  }

  InnerMap create() {
    return new DenseMap(shape, epochs.current(), ++numberings);
  }

  /** The same contents for the owner to write to in this epoch. */
  InnerMap copy(InnerMap map) {
    replacements++;
    return map.copy(epochs.current());
  }

  /** Counts a map that is gone with all its entries. */
  void dropped() {
    replacements++;
    modifications++;
  }

  private int hashOfObject(U userKey) {
    return Hashing.mix(hasher.hash(userKey));
  }

  /** The slot of a user key, or negative. */
  int find(InnerMap map, U userKey) {
    Objects.requireNonNull(userKey, "a user key must not be null");
    if (keyLane != null) {
      return find(map, Lanes.toLong(keyLane, userKey), null);
    }
    return find(map, hashOfObject(userKey), userKey);
  }

  /** As {@link #find(InnerMap, Object)}, by what {@link InnerMap} keeps of a user key. */
  int find(InnerMap map, long word, Object userKey) {
    return map.find(keyLane != null ? Hashing.mix(word) : (int) word, word, userKey);
  }

  /**
   * Computes all that user code computes for a put, so that what is of a wrong type or too large
   * fails before anything is changed.
   */
  void prepare(U userKey, V value) {
    Objects.requireNonNull(userKey, "a user key must not be null");
    if (triedKeyLane == null) {
      prepareKey(userKey);
    } else {
      preparedBits = Lanes.toLong(triedKeyLane, userKey);
      preparedHash = Hashing.mix(preparedBits);
    }
    preparedValue = value == null ? 0 : preparedValue(value);
  }

  /** As {@link #prepare}, for what comes from a snapshot: nothing of it is tried or measured. */
  void prepareLoaded(U userKey, V value) {
    computeKey(userKey);
    preparedValue = value == null || valueLane == null ? 0 : Lanes.toLong(valueLane, value);
  }

  private void prepareKey(U userKey) {
    computeKey(userKey);
    if (keyLimit != null) {
      keyLimit.check(userKey);
    }
  }

  private void computeKey(U userKey) {
    if (keyLane != null) {
      preparedBits = Lanes.toLong(keyLane, userKey);
      preparedHash = Hashing.mix(preparedBits);
    } else {
      preparedHash = hashOfObject(userKey);
      preparedBits = preparedHash;
    }
  }

  private long preparedValue(V value) {
    if (triedValueLane != null) {
      return Lanes.toLong(triedValueLane, value);
    }
    if (valueLimit == null) {
      return 0;
    }
    long bits = valueLane == null ? 0 : Lanes.toLong(valueLane, value);
    valueLimit.check(value);
    return bits;
  }

  /** Sets the prepared value; gives the map, another object if this one was full. */
  InnerMap put(InnerMap map, U userKey, V value, long stamp) {
    InnerMap target = map;
    int slot = target.find(preparedHash, preparedBits, userKey);
    if (slot < 0) {
      target = withRoom(map);
      slot = target.add(preparedHash, preparedBits, userKey, epochs);
      modifications++;
    } else {
      makeWritable(target, slot);
    }
    set(target, slot, value, stamp);
    return target;
  }

  private InnerMap withRoom(InnerMap map) {
    if (!(map instanceof DenseMap dense) || !dense.full()) {
      return map;
    }
    replacements++;
    return dense.atLimit()
        ? SegmentedMap.of(dense, layout, epochs)
        : dense.withRoom(epochs.current(), ++numberings);
  }

  private void set(InnerMap map, int slot, V value, long stamp) {
    if (valueLane != null) {
      map.setLongValue(slot, preparedValue, value == null);
    } else {
      map.setValue(slot, value);
      if (layout.tracked()) {
        map.setValueEpoch(slot, epochs.current());
      }
    }
    if (layout.stamped()) {
      map.setStamp(slot, stamp);
    }
  }

  /** Sets the timestamp of the value at a slot. */
  void setStamp(InnerMap map, int slot, long stamp) {
    makeWritable(map, slot);
    map.setStamp(slot, stamp);
  }

  private void makeWritable(InnerMap map, int slot) {
    if (map.makeWritable(slot, epochs)) {
      modifications++;
    }
  }

  /** Removes the entry at a slot; gives the map, another object if little of this one was left. */
  InnerMap remove(InnerMap map, int slot) {
    makeWritable(map, slot);
    map.remove(slot, epochs);
    return fewer(map);
  }

  /** Removes what is older than a time from a part of a map; gives the map as above. */
  InnerMap removeOlder(InnerMap map, long position, long oldestLive) {
    map.removeOlder(position, oldestLive, epochs);
    return fewer(map);
  }

  private InnerMap fewer(InnerMap map) {
    modifications++;
    if (map instanceof DenseMap dense) {
      return dense.sparse() ? smaller(dense.compacted(epochs.current(), ++numberings)) : map;
    }
    SegmentedMap segmented = (SegmentedMap) map;
    return segmented.small()
        ? smaller(DenseMap.of(segmented, shape, layout, epochs, ++numberings))
        : map;
  }

  private InnerMap smaller(InnerMap map) {
    replacements++;
    return map;
  }

  /** Whether the value at a slot must be copied before it is handed out. */
  boolean mustDetach(InnerMap map, int slot) {
    return layout.tracked() && map.valueEpoch(slot) <= epochs.maxFrozen && map.value(slot) != null;
  }

  /** Replaces the value at a slot by a copy that the caller may change. */
  void detach(InnerMap map, int slot) {
    makeWritable(map, slot);
    map.setValue(slot, serializer.copy(valueAt(map, slot)));
    map.setValueEpoch(slot, epochs.current());
  }

  U userKeyAt(InnerMap map, int slot) {
    return userKey(map.word(slot), map.userKey(slot));
  }

  /** The user key of which a map keeps a word and an object, the latter null if it is 64 bits. */
  @SuppressWarnings("unchecked")
  U userKey(long word, Object object) {
    return keyLane != null ? Lanes.fromLong(keyLane, word) : (U) object;
  }

  V valueAt(InnerMap map, int slot) {
    if (valueLane != null) {
      return map.isNull(slot) ? null : Lanes.fromLong(valueLane, map.longValue(slot));
    }
    return objectValue(map.value(slot));
  }

  /** A value kept as 64 bits. */
  V longValue(long bits) {
    return Lanes.fromLong(valueLane, bits);
  }

  /** A value kept as an object. */
  @SuppressWarnings("unchecked")
  V objectValue(Object value) {
    return (V) value;
  }

  /** The value's timestamp, or 0 if there are none. */
  long stampAt(InnerMap map, int slot) {
    return layout.stamped() ? map.stamp(slot) : 0;
  }
}
