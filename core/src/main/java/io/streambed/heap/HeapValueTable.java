package io.streambed.heap;

import io.streambed.bytes.ByteView;
import io.streambed.key.KeyContext;
import io.streambed.serial.LongLane;
import io.streambed.serial.Serializer;
import io.streambed.store.Codec;
import io.streambed.store.Expiry;
import io.streambed.store.Fold;
import io.streambed.store.SnapshotFilter;
import io.streambed.store.StateSchema;
import io.streambed.store.TableCursor;
import io.streambed.store.TableSpec;
import io.streambed.store.Takeover;
import io.streambed.store.ValueTable;
import java.util.Objects;

/** Single values on the heap, unboxed where they fit into 64 bits. */
final class HeapValueTable<K, N, V> extends ValueTable<K, N, V> implements HeapTable {
  private final KeyedHash<K, N> hash;
  private final Epochs epochs;
  private final LongLane<V> lane;
  private final boolean tracked;
  private final boolean stamped;
  private TableSpec<N, ?, V> spec;
  private Serializer<V> serializer;

  HeapValueTable(KeyContext<K> context, Epochs epochs, TableSpec<N, ?, V> spec) {
    this.epochs = epochs;
    this.lane = spec.value().longLane();
    this.tracked = lane == null && !spec.value().immutable();
    this.stamped = spec.expiry() == Expiry.STAMPED;
    this.hash =
        new KeyedHash<>(
            context,
            epochs,
            spec.namespace(),
            new Layout(
                context.lane() != null,
                !KeyedHash.hasSoleValue(spec.namespace()),
                lane != null,
                tracked,
                stamped));
    reopen(spec);
  }

  void reopen(TableSpec<N, ?, V> newSpec) {
    spec = newSpec;
    serializer = newSpec.value();
  }

  @Override
  protected void namespaceChanged(N namespace) {
    hash.namespace(namespace);
  }

  @Override
  public V get() {
    int slot = hash.find();
    return slot < 0 ? null : valueAt(slot);
  }

  private V valueAt(int slot) {
    Segment segment = hash.segment;
    if (lane != null) {
      return lane.fromLong(segment.longValues[slot]);
    }
    @SuppressWarnings("unchecked")
    V value = (V) segment.values[slot];
    return tracked && segment.valueEpochs[slot] <= epochs.maxFrozen ? detach(slot, value) : value;
  }

  /** Replaces a value that a frozen view holds by a copy that the caller may change. */
  private V detach(int slot, V value) {
    hash.makeWritable(slot);
    V copy = serializer.copy(value);
    hash.segment.values[slot] = copy;
    hash.segment.valueEpochs[slot] = epochs.current();
    return copy;
  }

  @Override
  public long stamp() {
    int slot = stamped ? hash.find() : -1;
    return slot < 0 ? 0 : hash.segment.stamps[slot];
  }

  @Override
  public void put(V value, long stamp) {
    Objects.requireNonNull(value, "value");
    long bits = bits(value);
    set(hash.findOrInsert(), value, bits, stamp);
  }

  /** Computed before anything is changed: a value of a wrong type fails here. */
  private long bits(V value) {
    return lane == null ? 0 : lane.toLong(value);
  }

  private void set(int slot, V value, long bits, long stamp) {
    Segment segment = hash.segment;
    if (lane != null) {
      segment.longValues[slot] = bits;
    } else {
      segment.values[slot] = value;
      if (tracked) {
        segment.valueEpochs[slot] = epochs.current();
      }
    }
    if (stamped) {
      segment.stamps[slot] = stamp;
    }
  }

  @Override
  public <A> void fold(A argument, Fold<V, A> fold, long stamp) {
    int slot = hash.find();
    if (slot < 0) {
      put(fold.apply(null, argument), stamp);
      return;
    }
    V old = valueAt(slot);
    Segment found = hash.segment;
    int modifications = hash.modifications;
    V value = fold.apply(old, argument);
    Objects.requireNonNull(value, "the result of the function");
    if (found != hash.segment || modifications != hash.modifications) {
      // The function used this table, which it must not: the slot is looked for anew.
      put(value, stamp);
    } else {
      long bits = bits(value);
      hash.makeWritable(slot);
      set(slot, value, bits, stamp);
    }
  }

  @Override
  public V take(N from) {
    int slot = hash.find(from);
    if (slot < 0) {
      return null;
    }
    V value = valueAt(slot);
    hash.remove(slot);
    return value;
  }

  @Override
  public void clear() {
    int slot = hash.find();
    if (slot >= 0) {
      hash.remove(slot);
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
  public byte[] lookup(ByteView key, ByteView namespace) {
    Lookup<K, N> lookup = new Lookup<>(hash, spec);
    int slot = lookup.find(key, namespace);
    return slot < 0 ? null : lookup.valueCodec(spec.value()).encode(valueAt(slot)).toByteArray();
  }

  @Override
  public StateSchema schema() {
    return spec.schema();
  }

  @Override
  public Frozen freeze() {
    FrozenHash<K, N> frozen = new FrozenHash<>(hash, spec);
    Codec<V> codec = new Codec<>(spec.value().duplicate(), spec.name(), "value");
    SnapshotFilter<V> filter = spec.filter();
    return (keyGroup, state, entry, sink) ->
        frozen.forEach(
            keyGroup,
            entry,
            (segment, slot) -> {
              @SuppressWarnings("unchecked")
              V value =
                  lane != null ? lane.fromLong(segment.longValues[slot]) : (V) segment.values[slot];
              entry.stamp = stamped ? segment.stamps[slot] : 0;
              V kept = filter == null ? value : filter.filter(value, entry.stamp);
              if (kept != null) {
                ByteView bytes = codec.encode(kept);
                entry.value.set(bytes.array(), bytes.offset(), bytes.length());
                sink.accept(keyGroup, state, entry);
              }
            });
  }

  @Override
  public Loader loader(StateSchema written) {
    EntryKeys<K, N> keys = new EntryKeys<>(hash, spec, written);
    Codec<V> codec = Takeover.codec(spec.name(), "value", spec.value(), written.value());
    return (keyGroup, entry) -> {
      V value = codec.decode(entry.value);
      set(keys.findOrInsert(keyGroup, entry), value, bits(value), entry.stamp);
    };
  }

  @Override
  public void checkInvariants() {
    hash.checkInvariants();
  }
}
