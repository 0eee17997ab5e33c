package io.streambed.heap;

import io.streambed.bytes.ByteView;
import io.streambed.entry.Codec;
import io.streambed.entry.Entry;
import io.streambed.entry.SizeLimit;
import io.streambed.entry.StateSchema;
import io.streambed.key.KeyContext;
import io.streambed.migration.Takeover;
import io.streambed.serial.LongLane;
import io.streambed.serial.Serializer;
import io.streambed.store.Fold;
import io.streambed.store.SnapshotFilter;
import io.streambed.store.TableCursor;
import io.streambed.store.TableSpec;
import io.streambed.store.ValueTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/** Single values on the heap, unboxed where they fit into 64 bits. */
final class HeapValueTable<K, N, V> extends ValueTable<K, N, V> implements HeapTable {
  private final KeyedHash<K, N> hash;
  private final Epochs epochs;
  private final LongLane<V> lane;
  private final boolean tracked;
  private final boolean stamped;
  private TableSpec<N, ?, V> spec;
  private Serializer<V> serializer;

  /** The lane again, null until the first value was tried: values with one need no other check. */
  private LongLane<V> triedLane;

  /** Null where no value needs a check. */
  private SizeLimit<V> limit;

  /** The timestamp of what was found last. */
  private long foundStamp;

  HeapValueTable(KeyContext<K> context, Epochs epochs, TableSpec<N, ?, V> spec) {
    this.epochs = epochs;
    this.lane = spec.value().longLane();
    this.tracked = lane == null && !spec.value().immutable();
    this.stamped = spec.expiry().stamped();
    this.hash =
        new KeyedHash<>(
            context,
            epochs,
            spec,
            Layout.ofValues(context.serializer(), spec.namespace(), spec.value(), stamped));
    reopen(spec);
  }

  void reopen(TableSpec<N, ?, V> newSpec) {
    spec = newSpec;
    serializer = newSpec.value();
    triedLane = null;
    limit = HeapTable.firstCheck(hash.context, newSpec, this::tried);
  }

  private void tried(SizeLimit<V> later) {
    limit = later;
    triedLane = lane;
  }

  @Override
  protected void namespaceChanged(N namespace) {
    hash.namespaceChanged(namespace);
  }

  @Override
  public N namespace() {
    return hash.namespace();
  }

  @Override
  public V get() {
    Segment segment = hash.find();
    note(segment);
    return segment == null ? null : valueToHandOut(segment, hash.slot);
  }

  @Override
  public V get(long oldestLive) {
    Segment segment = hash.find();
    return segment == null || segment.isOlder(hash.slot, oldestLive)
        ? null
        : valueToHandOut(segment, hash.slot);
  }

  @Override
  public List<V> getAll(List<? extends K> keys, long oldestLive) {
    List<V> values = new ArrayList<>(keys.size());
    hash.context.forEach(
        keys,
        // Nothing is copied for who does not get it.
        () -> values.add(get(oldestLive)));
    return values;
  }

  /** Notes the timestamp of what a look-up found, or not. */
  private void note(Segment segment) {
    if (stamped) {
      foundStamp = segment == null ? 0 : segment.stamp(hash.slot);
    }
  }

  private V valueAt(Segment segment, int slot) {
    if (lane != null) {
      return Lanes.fromLong(lane, segment.longValue(slot));
    }
    @SuppressWarnings("unchecked")
    V value = (V) segment.value(slot);
    return value;
  }

  /** The value of the current key; a copy that the caller may change if a frozen view holds it. */
  private V valueToHandOut(Segment segment, int slot) {
    if (lane != null) {
      return Lanes.fromLong(lane, segment.longValue(slot));
    }
    V value = valueAt(segment, slot);
    if (!tracked || segment.valueEpoch(slot) > epochs.maxFrozen) {
      return value;
    }
    Segment writable = hash.writable(segment, slot);
    V copy = serializer.copy(value);
    writable.setValue(slot, copy);
    writable.setValueEpoch(slot, epochs.current());
    return copy;
  }

  @Override
  public long stamp() {
    return foundStamp;
  }

  @Override
  public V renew(long oldestLive, long stamp) {
    Segment segment = hash.find();
    note(segment);
    if (segment == null) {
      return null;
    }
    int slot = hash.slot;
    if (stamped && foundStamp >= oldestLive && foundStamp < stamp) {
      segment = hash.writable(segment, slot);
      segment.setStamp(slot, stamp);
    }
    return valueToHandOut(segment, slot);
  }

  @Override
  public void put(V value, long stamp) {
    Objects.requireNonNull(value, "value");
    long bits = bits(value);
    set(hash.findOrInsert(), hash.slot, value, bits, stamp);
  }

  /** Computed before anything is changed: a value of a wrong type, or too large, fails here. */
  private long bits(V value) {
    if (triedLane != null) {
      return Lanes.toLong(triedLane, value);
    }
    if (limit == null) {
      return 0;
    }
    long bits = lane == null ? 0 : Lanes.toLong(lane, value);
    limit.check(value);
    return bits;
  }

  private void set(Segment segment, int slot, V value, long bits, long stamp) {
    if (lane != null) {
      segment.setLongValue(slot, bits);
    } else {
      segment.setValue(slot, value);
      if (tracked) {
        segment.setValueEpoch(slot, epochs.current());
      }
    }
    if (stamped) {
      segment.setStamp(slot, stamp);
    }
  }

  @Override
  public <A> void fold(A argument, Fold<V, A> fold, long oldestLive, long stamp) {
    Segment found = hash.find();
    if (found == null || found.isOlder(hash.slot, oldestLive)) {
      put(fold.apply(null, argument), stamp);
      return;
    }
    int slot = hash.slot;
    long later = stamped ? Math.max(stamp, found.stamp(slot)) : stamp;
    int modifications = hash.modifications;
    V old = valueToHandOut(found, slot);
    V value = fold.apply(old, argument);
    Objects.requireNonNull(value, "the result of the function");
    if (modifications != hash.modifications) {
      // The segment was copied for the old value, and a view that is let go meanwhile must not make
      // the frozen one look writable again; or the function used this table, which it must not.
      put(value, later);
    } else {
      long bits = bits(value);
      set(hash.writable(found, slot), slot, value, bits, later);
    }
  }

  @Override
  public V take(N from) {
    Segment segment = hash.find(from);
    note(segment);
    if (segment == null) {
      return null;
    }
    int slot = hash.slot;
    V value = valueAt(segment, slot);
    boolean frozen = tracked && segment.valueEpoch(slot) <= epochs.maxFrozen;
    V taken = frozen ? serializer.copy(value) : value;
    hash.remove(segment, slot);
    return taken;
  }

  @Override
  public V valueAt(TableCursor<K, N> at) {
    Segment segment = hash.find(at);
    return segment == null ? null : valueAt(segment, hash.slot);
  }

  @Override
  public boolean sweep(TableCursor<K, N> at, long oldestLive) {
    Segment segment = hash.find(at);
    if (segment == null) {
      return false;
    }
    if (!stamped || segment.stamp(hash.slot) >= oldestLive) {
      return true;
    }
    hash.remove(segment, hash.slot, hash.keyGroup(at));
    return false;
  }

  @Override
  protected int sweepNext(long oldestLive) {
    return hash.sweepNext(oldestLive);
  }

  @Override
  public void clear() {
    Segment segment = hash.find();
    if (segment != null) {
      hash.remove(segment, hash.slot);
    }
  }

  @Override
  public long entries() {
    return hash.size();
  }

  @Override
  public TableCursor<K, N> cursor() {
    return hash.cursor();
  }

  @Override
  public byte[] lookup(ByteView key, ByteView namespace, long oldestLive) {
    Segment segment = new EntryKeys<>(hash, spec).find(key, namespace);
    if (segment == null || stamped && segment.stamp(hash.slot) < oldestLive) {
      return null;
    }
    Codec<V> codec = new Codec<>(spec.value(), spec.name(), "value");
    return codec.encode(valueAt(segment, hash.slot)).toByteArray();
  }

  @Override
  public Supplier<StateSchema> frozenSchema() {
    return spec.frozenSchema();
  }

  @Override
  public Frozen freeze() {
    FrozenHash<K, N> frozen = new FrozenHash<>(hash, spec);
    Codec<V> codec = new Codec<>(spec.value().duplicate(), spec.name(), "value");
    SnapshotFilter<V> filter = spec.snapshotFilter();
    return new FrozenHash.Contents<>(frozen) {
      @Override
      Walk walk(FrozenHash<K, N>.Slots slots, ByteView userKey) {
        codec.under(slots::key);
        return entry -> nextFrozen(slots, codec, filter, entry);
      }
    };
  }

  private boolean nextFrozen(
      FrozenHash<K, N>.Slots slots, Codec<V> codec, SnapshotFilter<V> filter, Entry entry) {
    while (slots.advance()) {
      entry.stamp = stamped ? slots.segment().stamp(slots.slot()) : 0;
      if (filter != null && !filter.keeps(entry.stamp)) {
        continue;
      }
      V value = valueAt(slots.segment(), slots.slot());
      V kept = filter == null ? value : filter.filter(value, entry.stamp);
      if (kept != null) {
        slots.address(entry);
        ByteView bytes = codec.encode(kept);
        entry.value.set(bytes.array(), bytes.offset(), bytes.length());
        return true;
      }
    }
    return false;
  }

  @Override
  public Loader loader(StateSchema written) {
    EntryKeys<K, N> keys = new EntryKeys<>(hash, spec, written);
    Codec<V> codec = Takeover.codec(spec.name(), "value", spec.value(), written.value());
    boolean wasStamped = written.expiry().stamped();
    long loadStamp = Takeover.loadStamp(spec, written);
    return (keyGroup, entry) -> {
      V value = codec.decode(entry.value);
      long bits = lane == null ? 0 : Lanes.toLong(lane, value);
      long stamp = wasStamped ? entry.stamp : loadStamp;
      set(keys.findOrInsert(keyGroup, entry), hash.slot, value, bits, stamp);
    };
  }

  /** The number of slots, for tests of what is kept. */
  long capacity() {
    return hash.capacity();
  }

  @Override
  public void close() {
    hash.close();
  }

  @Override
  public void checkInvariants() {
    hash.checkInvariants();
  }
}
