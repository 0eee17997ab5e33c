package io.streambed.heap;

import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.entry.Codec;
import io.streambed.entry.Entry;
import io.streambed.entry.StateSchema;
import io.streambed.error.InvariantViolationException;
import io.streambed.key.KeyContext;
import io.streambed.migration.Takeover;
import io.streambed.store.BoundMap;
import io.streambed.store.MapCursor;
import io.streambed.store.MapTable;
import io.streambed.store.SnapshotFilter;
import io.streambed.store.TableCursor;
import io.streambed.store.TableSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Maps on the heap: a table of keys whose values are {@link InnerMap}s. No map is empty. */
final class HeapMapTable<K, N, U, V> extends MapTable<K, N, U, V> implements HeapTable {
  final KeyedHash<K, N> hash;
  final InnerMaps<U, V> maps;
  private final Epochs epochs;
  private TableSpec<N, U, V> spec;
  private long entries;

  /** Where a sweep has come to, null before the first map; and as far as which part of the map. */
  private TableCursor<K, N> swept;

  private long sweptTo;

  /** The timestamp of what was found last. */
  private long foundStamp;

  HeapMapTable(KeyContext<K> context, Epochs epochs, TableSpec<N, U, V> spec) {
    this.epochs = epochs;
    this.maps = new InnerMaps<>(context, epochs, spec);
    this.hash =
        new KeyedHash<>(
            context, epochs, spec, Layout.ofCollections(context.serializer(), spec.namespace()));
    reopen(spec);
  }

  void reopen(TableSpec<N, U, V> newSpec) {
    spec = newSpec;
    maps.reopen(newSpec);
  }

  @Override
  protected void namespaceChanged(N namespace) {
    hash.namespaceChanged(namespace);
  }

  @Override
  public N namespace() {
    return hash.namespace();
  }

  private static InnerMap mapAt(Segment segment, int slot) {
    return (InnerMap) segment.value(slot);
  }

  /** The map at a slot of a writable segment, itself writable; made if there is none. */
  private InnerMap writableMap(Segment segment, int slot) {
    InnerMap map = mapAt(segment, slot);
    if (map == null) {
      map = maps.create();
    } else if (map.epoch > epochs.maxFrozen) {
      return map;
    } else {
      map = maps.copy(map);
    }
    segment.setValue(slot, map);
    return map;
  }

  /** The map that the last look-up of any key found in this segment. */
  InnerMap foundMap(Segment segment) {
    return mapAt(segment, hash.slot);
  }

  /** As {@link #foundMap}, for changes in place; its slots stay the same. */
  InnerMap writableFoundMap(Segment segment, int keyGroup) {
    return writableMap(hash.writable(segment, hash.slot, keyGroup), hash.slot);
  }

  @Override
  public V get(U userKey) {
    requireUserKey(userKey);
    foundStamp = 0;
    Segment segment = hash.find();
    if (segment == null) {
      return null;
    }
    int slot = hash.slot;
    InnerMap map = mapAt(segment, slot);
    int inner = maps.find(map, userKey);
    if (inner < 0) {
      return null;
    }
    foundStamp = maps.stampAt(map, inner);
    return valueToHandOut(segment, slot, map, inner);
  }

  @Override
  public List<V> getAll(List<? extends U> userKeys, long oldestLive) {
    List<V> values = new ArrayList<>(userKeys.size());
    for (U userKey : userKeys) {
      V value = get(userKey);
      values.add(maps.layout.stamped() && foundStamp < oldestLive ? null : value);
    }
    return values;
  }

  private V valueToHandOut(Segment segment, int slot, InnerMap map, int inner) {
    if (!maps.mustDetach(map, inner)) {
      return maps.valueAt(map, inner);
    }
    InnerMap writable = writableMap(hash.writable(segment, slot), slot);
    maps.detach(writable, inner);
    return maps.valueAt(writable, inner);
  }

  @Override
  public V renew(U userKey, long oldestLive, long stamp) {
    requireUserKey(userKey);
    foundStamp = 0;
    Segment segment = hash.find();
    if (segment == null) {
      return null;
    }
    int slot = hash.slot;
    InnerMap map = mapAt(segment, slot);
    int inner = maps.find(map, userKey);
    if (inner < 0) {
      return null;
    }
    foundStamp = maps.stampAt(map, inner);
    if (maps.layout.stamped() && foundStamp >= oldestLive && foundStamp < stamp) {
      segment = hash.writable(segment, slot);
      map = writableMap(segment, slot);
      maps.setStamp(map, inner, stamp);
    }
    return valueToHandOut(segment, slot, map, inner);
  }

  private static void requireUserKey(Object userKey) {
    if (userKey == null) {
      throw new NullPointerException("a user key must not be null");
    }
  }

  @Override
  public long stamp() {
    return foundStamp;
  }

  @Override
  public boolean contains(U userKey) {
    requireUserKey(userKey);
    foundStamp = 0;
    Segment segment = hash.find();
    if (segment == null) {
      return false;
    }
    InnerMap map = mapAt(segment, hash.slot);
    int inner = maps.find(map, userKey);
    if (inner < 0) {
      return false;
    }
    foundStamp = maps.stampAt(map, inner);
    return true;
  }

  @Override
  public void put(U userKey, V value, long stamp) {
    maps.prepare(userKey, value);
    putPrepared(hash.findOrInsert(), userKey, value, stamp);
  }

  @Override
  public void putAll(Map<? extends U, ? extends V> map, long stamp) {
    // A copy: the argument's iterator may use this table, or give something else the second time.
    List<U> userKeys = new ArrayList<>(map.size());
    List<V> values = new ArrayList<>(map.size());
    for (Map.Entry<? extends U, ? extends V> entry : map.entrySet()) {
      U userKey = entry.getKey();
      V value = entry.getValue();
      // What is of a wrong type or too large fails here, before the first is put.
      maps.prepare(userKey, value);
      userKeys.add(userKey);
      values.add(value);
    }
    for (int i = 0; i < userKeys.size(); i++) {
      put(userKeys.get(i), values.get(i), stamp);
    }
  }

  /** Sets a value that is prepared, in the map at the slot that was last found or inserted. */
  void putPrepared(Segment writable, U userKey, V value, long stamp) {
    int slot = hash.slot;
    InnerMap map = writableMap(writable, slot);
    int before = map.size();
    InnerMap after = maps.put(map, userKey, value, stamp);
    if (after != map) {
      writable.setValue(slot, after);
    }
    entries += after.size() - before;
  }

  @Override
  public void remove(U userKey) {
    requireUserKey(userKey);
    Segment segment = hash.find();
    if (segment != null) {
      removeFound(segment, hash.context.keyGroup(), userKey);
    }
  }

  /** Removes a user key from the map that the last look-up of any key found in this segment. */
  void removeFound(Segment segment, int keyGroup, U userKey) {
    int slot = hash.slot;
    InnerMap map = mapAt(segment, slot);
    int inner = maps.find(map, userKey);
    if (inner < 0) {
      return;
    }
    if (map.size() == 1) {
      drop(segment, slot, keyGroup);
    } else {
      Segment writable = hash.writable(segment, slot, keyGroup);
      InnerMap present = writableMap(writable, slot);
      InnerMap left = maps.remove(present, inner);
      if (left != present) {
        writable.setValue(slot, left);
      }
      entries--;
    }
  }

  private void drop(Segment segment, int slot, int keyGroup) {
    entries -= mapAt(segment, slot).size();
    hash.remove(segment, slot, keyGroup);
    maps.dropped();
  }

  @Override
  public boolean isEmpty() {
    return hash.find() == null;
  }

  @Override
  public boolean sweep(TableCursor<K, N> at, long oldestLive) {
    Segment segment = hash.find(at);
    if (segment == null) {
      return false;
    }
    if (!maps.layout.stamped()) {
      return true;
    }
    long position = 0;
    do {
      position = sweepFound(hash.find(at), hash.keyGroup(at), position, oldestLive);
    } while (position < InnerMap.END);
    return hash.find(at) != null;
  }

  /**
   * Sweeps a part of the map that the last look-up of any key found in this segment.
   *
   * @param position where the part begins, 0 at first
   * @return where the next part begins, {@link InnerMap#END} after the last
   */
  private long sweepFound(Segment segment, int keyGroup, long position, long oldestLive) {
    int slot = hash.slot;
    InnerMap map = mapAt(segment, slot);
    long next = map.nextPart(position);
    if (!map.hasOlder(position, oldestLive)) {
      return next;
    }
    Segment writable = hash.writable(segment, slot, keyGroup);
    InnerMap present = writableMap(writable, slot);
    int before = present.size();
    InnerMap left = maps.removeOlder(present, position, oldestLive);
    entries -= before - left.size();
    if (left.size() == 0) {
      hash.remove(writable, slot, keyGroup);
      maps.dropped();
      return InnerMap.END;
    }
    if (left != present) {
      writable.setValue(slot, left);
    }
    return next;
  }

  @Override
  protected int sweepNext(long oldestLive) {
    hash.context.requireOpen();
    if (!maps.layout.stamped()) {
      return END;
    }
    if (swept == null) {
      swept = hash.cursor();
      sweptTo = InnerMap.END;
    }
    Segment segment = sweptTo == InnerMap.END ? null : hash.find(swept);
    while (segment == null && swept.advance()) {
      segment = hash.find(swept);
      sweptTo = 0;
    }
    if (segment == null) {
      swept = null;
      return END;
    }
    int looked = foundMap(segment).part(sweptTo);
    sweptTo = sweepFound(segment, hash.keyGroup(swept), sweptTo, oldestLive);
    return looked;
  }

  @Override
  public void clear() {
    Segment segment = hash.find();
    if (segment != null) {
      drop(segment, hash.slot, hash.context.keyGroup());
    }
  }

  @Override
  public long entries() {
    hash.context.requireOpen();
    return entries;
  }

  @Override
  public TableCursor<K, N> cursor() {
    return hash.cursor();
  }

  @Override
  public BoundMap<U, V> bound() {
    return new HeapBoundMap<>(this);
  }

  @Override
  public MapCursor<U, V> entriesAt(TableCursor<K, N> at) {
    Segment segment = hash.find(at);
    return segment == null
        ? new HeapBoundMap.EmptyCursor<>()
        : new Look<>(maps, mapAt(segment, hash.slot));
  }

  /** A walk over a map that nobody changes meanwhile, to look at: no value is copied. */
  private static final class Look<U, V> implements MapCursor<U, V> {
    private final InnerMaps<U, V> maps;
    private final InnerMap.Walk walk;
    private U previousKey;
    private U key;

    Look(InnerMaps<U, V> maps, InnerMap map) {
      this.maps = maps;
      this.walk = map.walk();
    }

    @Override
    public boolean advance() {
      if (!walk.advance()) {
        return false;
      }
      previousKey = key;
      key = maps.userKeyAt(walk.at, walk.slot);
      return true;
    }

    @Override
    public U key() {
      return key;
    }

    @Override
    public U previousKey() {
      return previousKey;
    }

    @Override
    public V value() {
      return maps.valueAt(walk.at, walk.slot);
    }

    @Override
    public long stamp() {
      return maps.stampAt(walk.at, walk.slot);
    }
  }

  @Override
  public byte[] lookup(ByteView key, ByteView namespace, long oldestLive) {
    Segment found = new EntryKeys<>(hash, spec).find(key, namespace);
    if (found == null) {
      return null;
    }
    Codec<U> userKeys = new Codec<>(spec.userKey(), spec.name(), "user key");
    Codec<V> values = new Codec<>(spec.value(), spec.name(), "value");
    ByteWriter out = new ByteWriter();
    for (InnerMap.Walk walk = mapAt(found, hash.slot).walk(); walk.advance(); ) {
      if (maps.layout.stamped() && maps.stampAt(walk.at, walk.slot) < oldestLive) {
        continue;
      }
      out.writeSized(userKeys.encode(maps.userKeyAt(walk.at, walk.slot)));
      V value = maps.valueAt(walk.at, walk.slot);
      out.writeBoolean(value == null);
      if (value != null) {
        out.writeSized(values.encode(value));
      }
    }
    return out.position() == 0 ? null : out.toByteArray();
  }

  @Override
  public Supplier<StateSchema> frozenSchema() {
    return spec.frozenSchema();
  }

  @Override
  public Frozen freeze() {
    FrozenHash<K, N> frozen = new FrozenHash<>(hash, spec);
    Codec<U> userKeys = new Codec<>(spec.userKey().duplicate(), spec.name(), "user key");
    Codec<V> values = new Codec<>(spec.value().duplicate(), spec.name(), "value");
    SnapshotFilter<V> filter = spec.snapshotFilter();
    return new FrozenHash.Contents<>(frozen) {
      @Override
      Walk walk(FrozenHash<K, N>.Slots slots, ByteView userKey) {
        U only = userKey == null ? null : userKeys.decode(userKey);
        return new FrozenEntries(slots, userKeys, values, filter, only);
      }
    };
  }

  /** Walks over the entries of frozen maps. */
  private final class FrozenEntries implements Walk {
    private final FrozenHash<K, N>.Slots slots;
    private final Codec<U> userKeys;
    private final Codec<V> values;
    private final SnapshotFilter<V> filter;

    /** The user key of the only entry that is wanted; null if all are. */
    private final U only;

    private InnerMap.Walk inner;

    FrozenEntries(
        FrozenHash<K, N>.Slots slots,
        Codec<U> userKeys,
        Codec<V> values,
        SnapshotFilter<V> filter,
        U only) {
      this.slots = slots;
      this.userKeys = userKeys.under(slots::key);
      this.values = values.under(slots::key);
      this.filter = filter;
      this.only = only;
    }

    @Override
    public boolean advance(Entry entry) {
      do {
        while (inner == null || !inner.advance()) {
          if (!slots.advance()) {
            return false;
          }
          inner = mapAt(slots.segment(), slots.slot()).walk();
        }
      } while (!take(inner.at, inner.slot, entry));
      slots.address(entry);
      ByteView userKey = userKeys.encode(maps.userKeyAt(inner.at, inner.slot));
      entry.userKey.set(userKey.array(), userKey.offset(), userKey.length());
      return true;
    }

    /** Sets value and stamp; false if the entry is not wanted, or the filter leaves it out. */
    private boolean take(InnerMap at, int slot, Entry entry) {
      // A look-up would leave its slot in the map, which may still be the owner's: a walk does not.
      if (only != null && !only.equals(maps.userKeyAt(at, slot))) {
        return false;
      }
      entry.stamp = maps.stampAt(at, slot);
      if (filter != null && !filter.keeps(entry.stamp)) {
        return false;
      }
      V value = maps.valueAt(at, slot);
      entry.nullValue = value == null;
      if (value == null) {
        entry.value.set(entry.value.array(), 0, 0);
        return true;
      }
      V kept = filter == null ? value : filter.filter(value, entry.stamp);
      if (kept == null) {
        return false;
      }
      ByteView bytes = values.encode(kept);
      entry.value.set(bytes.array(), bytes.offset(), bytes.length());
      return true;
    }
  }

  @Override
  public Loader loader(StateSchema written) {
    EntryKeys<K, N> keys = new EntryKeys<>(hash, spec, written);
    Codec<U> userKeys = Takeover.codec(spec.name(), "user key", spec.userKey(), written.userKey());
    Codec<V> values = Takeover.codec(spec.name(), "value", spec.value(), written.value());
    boolean wasStamped = written.expiry().stamped();
    long loadStamp = Takeover.loadStamp(spec, written);
    return (keyGroup, entry) -> {
      U userKey = userKeys.decode(entry.userKey);
      V value = entry.nullValue ? null : values.decode(entry.value);
      maps.prepareLoaded(userKey, value);
      long stamp = wasStamped ? entry.stamp : loadStamp;
      putPrepared(keys.findOrInsert(keyGroup, entry), userKey, value, stamp);
    };
  }

  /** The number of slots in the table and in its maps, for tests of what is kept. */
  long capacity() {
    return hash.capacity()
        + hash.<InnerMap>allValues().stream().mapToLong(InnerMap::capacity).sum();
  }

  @Override
  public void close() {
    hash.close();
    maps.dropped();
    entries = 0;
  }

  @Override
  public void checkInvariants() {
    hash.checkInvariants();
    long counted = 0;
    for (InnerMap map : hash.<InnerMap>allValues()) {
      map.checkInvariants();
      if (map.size() == 0) {
        throw new InvariantViolationException("state \"" + spec.name() + "\" keeps an empty map");
      }
      counted += map.size();
    }
    if (counted != entries) {
      throw new InvariantViolationException(counted + " entries in maps, counted " + entries);
    }
  }
}
