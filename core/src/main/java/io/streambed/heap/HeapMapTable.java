package io.streambed.heap;

import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.InvariantViolationException;
import io.streambed.key.KeyContext;
import io.streambed.store.Codec;
import io.streambed.store.Entry;
import io.streambed.store.EntrySink;
import io.streambed.store.MapCursor;
import io.streambed.store.MapTable;
import io.streambed.store.SnapshotFilter;
import io.streambed.store.StateSchema;
import io.streambed.store.TableCursor;
import io.streambed.store.TableSpec;
import io.streambed.store.Takeover;
import java.io.IOException;

/** Maps on the heap: a table of keys whose values are hash tables of their own. */
final class HeapMapTable<K, N, U, V> extends MapTable<K, N, U, V> implements HeapTable {
  private final KeyedHash<K, N> hash;
  private final InnerMaps<U, V> maps;
  private final Epochs epochs;
  private TableSpec<N, U, V> spec;
  private long entries;

  HeapMapTable(KeyContext<K> context, Epochs epochs, TableSpec<N, U, V> spec) {
    this.epochs = epochs;
    this.maps = new InnerMaps<>(epochs, spec);
    boolean namespaced = !KeyedHash.hasSoleValue(spec.namespace());
    this.hash =
        new KeyedHash<>(
            context,
            epochs,
            spec.namespace(),
            new Layout(context.lane() != null, namespaced, false, false, false));
    reopen(spec);
  }

  void reopen(TableSpec<N, U, V> newSpec) {
    spec = newSpec;
    maps.reopen(newSpec);
  }

  @Override
  protected void namespaceChanged(N namespace) {
    hash.namespace(namespace);
  }

  private SegmentedHash mapAt(int slot) {
    return (SegmentedHash) hash.segment.values[slot];
  }

  /** The map at a slot, itself and its segment writable; made if there is none. */
  private SegmentedHash writableMap(int slot) {
    hash.makeWritable(slot);
    SegmentedHash map = mapAt(slot);
    if (map == null) {
      map = maps.create();
    } else if (map.epoch > epochs.maxFrozen) {
      return map;
    } else {
      map = map.copy(epochs.current());
      maps.modifications++;
    }
    hash.segment.values[slot] = map;
    return map;
  }

  @Override
  public V get(U userKey) {
    return get(hash.find(), userKey);
  }

  private V get(int slot, U userKey) {
    if (slot < 0) {
      requireUserKey(userKey);
      return null;
    }
    SegmentedHash map = mapAt(slot);
    int inner = maps.find(map, userKey);
    if (inner < 0) {
      return null;
    }
    if (maps.mustDetach(inner)) {
      maps.detach(writableMap(slot), inner);
    }
    return maps.valueAt(maps.segment, inner);
  }

  private static void requireUserKey(Object userKey) {
    if (userKey == null) {
      throw new NullPointerException("a user key must not be null");
    }
  }

  @Override
  public long stamp(U userKey) {
    int slot = hash.find();
    int inner = slot < 0 || !maps.layout.stamped() ? -1 : maps.find(mapAt(slot), userKey);
    return inner < 0 ? 0 : maps.segment.stamps[inner];
  }

  @Override
  public boolean contains(U userKey) {
    requireUserKey(userKey);
    int slot = hash.find();
    return slot >= 0 && maps.find(mapAt(slot), userKey) >= 0;
  }

  @Override
  public void put(U userKey, V value, long stamp) {
    maps.prepare(userKey, value);
    putPrepared(hash.findOrInsert(), userKey, value, stamp);
  }

  private void putPrepared(int slot, U userKey, V value, long stamp) {
    if (maps.put(writableMap(slot), userKey, value, stamp)) {
      entries++;
    }
  }

  @Override
  public void remove(U userKey) {
    requireUserKey(userKey);
    remove(hash.find(), userKey);
  }

  private void remove(int slot, U userKey) {
    int inner = slot < 0 ? -1 : maps.find(mapAt(slot), userKey);
    if (inner < 0) {
      return;
    }
    entries--;
    if (mapAt(slot).size() == 1) {
      hash.remove(slot);
    } else {
      maps.remove(writableMap(slot), inner);
    }
  }

  @Override
  public boolean isEmpty() {
    return hash.find() < 0;
  }

  @Override
  public void clear() {
    int slot = hash.find();
    if (slot >= 0) {
      entries -= mapAt(slot).size();
      hash.remove(slot);
    }
  }

  @Override
  public long entries() {
    return entries;
  }

  @Override
  public TableCursor<K, N> cursor() {
    return hash.cursor();
  }

  @Override
  public MapCursor<U, V> entriesCursor() {
    return new Cursor();
  }

  @Override
  public byte[] lookup(ByteView key, ByteView namespace) {
    Lookup<K, N> lookup = new Lookup<>(hash, spec);
    int slot = lookup.find(key, namespace);
    if (slot < 0) {
      return null;
    }
    Codec<U> userKeys = new Codec<>(spec.userKey(), spec.name(), "user key");
    Codec<V> values = lookup.valueCodec(spec.value());
    ByteWriter out = new ByteWriter();
    SegmentedHash map = mapAt(slot);
    map.forEach(
        (segment, inner) -> {
          out.writeSized(userKeys.encode(maps.userKeyAt(segment, inner)));
          V value = maps.valueAt(segment, inner);
          out.writeBoolean(value == null);
          if (value != null) {
            out.writeSized(values.encode(value));
          }
        });
    return out.toByteArray();
  }

  @Override
  public StateSchema schema() {
    return spec.schema();
  }

  @Override
  public Frozen freeze() {
    FrozenHash<K, N> frozen = new FrozenHash<>(hash, spec);
    FrozenEntries inner = new FrozenEntries();
    return (keyGroup, state, entry, sink) ->
        frozen.forEach(
            keyGroup,
            entry,
            (segment, slot) ->
                ((SegmentedHash) segment.values[slot])
                    .forEach((at, i) -> inner.write(at, i, keyGroup, state, entry, sink)));
  }

  /** Writes the entries of frozen maps. */
  private final class FrozenEntries {
    private final Codec<U> userKeys =
        new Codec<>(spec.userKey().duplicate(), spec.name(), "user key");
    private final Codec<V> values = new Codec<>(spec.value().duplicate(), spec.name(), "value");
    private final SnapshotFilter<V> filter = spec.filter();

    void write(Segment at, int slot, int keyGroup, int state, Entry entry, EntrySink sink)
        throws IOException {
      V value = maps.valueAt(at, slot);
      entry.stamp = maps.layout.stamped() ? at.stamps[slot] : 0;
      entry.nullValue = value == null;
      if (value == null) {
        entry.value.set(entry.value.array(), 0, 0);
      } else {
        V kept = filter == null ? value : filter.filter(value, entry.stamp);
        if (kept == null) {
          return;
        }
        ByteView bytes = values.encode(kept);
        entry.value.set(bytes.array(), bytes.offset(), bytes.length());
      }
      ByteView userKey = userKeys.encode(maps.userKeyAt(at, slot));
      entry.userKey.set(userKey.array(), userKey.offset(), userKey.length());
      sink.accept(keyGroup, state, entry);
      entry.nullValue = false;
    }
  }

  @Override
  public Loader loader(StateSchema written) {
    EntryKeys<K, N> keys = new EntryKeys<>(hash, spec, written);
    Codec<U> userKeys = Takeover.codec(spec.name(), "user key", spec.userKey(), written.userKey());
    Codec<V> values = Takeover.codec(spec.name(), "value", spec.value(), written.value());
    return (keyGroup, entry) -> {
      U userKey = userKeys.decode(entry.userKey);
      V value = entry.nullValue ? null : values.decode(entry.value);
      maps.prepare(userKey, value);
      putPrepared(keys.findOrInsert(keyGroup, entry), userKey, value, entry.stamp);
    };
  }

  @Override
  public void checkInvariants() {
    hash.checkInvariants();
    long counted = 0;
    for (SegmentedHash map : hash.<SegmentedHash>allValues()) {
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

  /**
   * Walks one map in the order of hashes, one segment at a time, whose user keys are copied when it
   * is reached: splits, copies and shifts under the walk do no harm.
   */
  private final class Cursor implements MapCursor<U, V> {
    private final int keyGroup = hash.context.keyGroup();
    private final K key = hash.context.key();
    private final int keyHash = hash.context.hash();
    private final N namespace = hash.currentNamespace();
    private Object[] userKeys = new Object[0];
    private int[] slots;
    private Segment filled;
    private long position;
    private int count;
    private int next;
    private int modificationsAtFill;
    private V value;

    private int findMap() {
      return hash.find(keyGroup, key, keyHash, namespace);
    }

    private int modifications() {
      return hash.modifications + maps.modifications;
    }

    @Override
    public boolean advance() {
      while (true) {
        while (next < count) {
          next++;
          if (arrive()) {
            return true;
          }
        }
        if (position >= 1L << 32 || !fill()) {
          return false;
        }
      }
    }

    private boolean arrive() {
      int inner = slots[next - 1];
      if (modifications() == modificationsAtFill && !maps.layout.tracked()) {
        value = maps.valueAt(filled, inner);
        return true;
      }
      int slot = findMap();
      if (slot < 0 || maps.find(mapAt(slot), key()) < 0) {
        return false;
      }
      value = get(slot, key());
      return true;
    }

    private boolean fill() {
      int slot = findMap();
      if (slot < 0) {
        return false;
      }
      SegmentedHash map = mapAt(slot);
      filled = map.segment((int) position);
      long from = position;
      position = map.nextPosition(position);
      if (userKeys.length < filled.size) {
        userKeys = new Object[filled.size];
        slots = new int[filled.size];
      }
      count = 0;
      next = 0;
      for (int inner = 0; inner < filled.capacity(); inner++) {
        int found = filled.hashes[inner];
        // After the map was cleared and filled again a segment may reach back behind the walk.
        if (found != 0 && Integer.toUnsignedLong(found) >= from) {
          slots[count] = inner;
          userKeys[count++] = maps.userKeyAt(filled, inner);
        }
      }
      modificationsAtFill = modifications();
      return true;
    }

    @Override
    @SuppressWarnings("unchecked")
    public U key() {
      return (U) userKeys[next - 1];
    }

    @Override
    public V value() {
      return value;
    }
  }
}
