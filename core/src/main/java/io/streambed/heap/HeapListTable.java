package io.streambed.heap;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.InvariantViolationException;
import io.streambed.error.MalformedDataException;
import io.streambed.error.SerializationException;
import io.streambed.key.KeyContext;
import io.streambed.serial.LongLane;
import io.streambed.store.Codec;
import io.streambed.store.Entry;
import io.streambed.store.EntrySink;
import io.streambed.store.Expiry;
import io.streambed.store.ListTable;
import io.streambed.store.SnapshotFilter;
import io.streambed.store.StateSchema;
import io.streambed.store.TableCursor;
import io.streambed.store.TableSpec;
import io.streambed.store.Takeover;
import java.io.IOException;
import java.util.Collection;
import java.util.Objects;

/** Lists on the heap, in chunks. */
final class HeapListTable<K, N, E> extends ListTable<K, N, E> implements HeapTable {
  /** A run of elements in a snapshot is cut once it has this many bytes. */
  private static final int RUN_BYTES = 32 << 10;

  private final KeyedHash<K, N> hash;
  private final Epochs epochs;
  private final LongLane<E> lane;
  private final boolean tracked;
  private final boolean stamped;
  private TableSpec<N, ?, E> spec;

  HeapListTable(KeyContext<K> context, Epochs epochs, TableSpec<N, ?, E> spec) {
    this.epochs = epochs;
    this.lane = spec.value().longLane();
    this.tracked = lane == null && !spec.value().immutable();
    this.stamped = spec.expiry() == Expiry.STAMPED;
    boolean namespaced = !KeyedHash.hasSoleValue(spec.namespace());
    this.hash =
        new KeyedHash<>(
            context,
            epochs,
            spec.namespace(),
            new Layout(context.lane() != null, namespaced, false, false, false));
    reopen(spec);
  }

  void reopen(TableSpec<N, ?, E> newSpec) {
    spec = newSpec;
  }

  @Override
  protected void namespaceChanged(N namespace) {
    hash.namespace(namespace);
  }

  private ChunkedList listAt(int slot) {
    return (ChunkedList) hash.segment.values[slot];
  }

  /** The list at a slot of a writable segment, itself writable; made if there is none. */
  private ChunkedList writableList(int slot) {
    ChunkedList list = listAt(slot);
    if (list == null) {
      list = new ChunkedList(epochs.current());
    } else if (list.epoch > epochs.maxFrozen) {
      return list;
    } else {
      list = list.copy(epochs.current());
    }
    hash.segment.values[slot] = list;
    return list;
  }

  @Override
  public void append(E element, long stamp) {
    Objects.requireNonNull(element, "a list element must not be null");
    if (lane != null) {
      // An element of a wrong type fails here, before anything is changed.
      lane.toLong(element);
    }
    ChunkedList list = writableList(hash.findOrInsert());
    list.append(element, lane, tracked, epochs.current());
    list.stamp = stamped ? stamp : 0;
  }

  @Override
  public Iterable<E> read() {
    int slot = hash.find();
    if (slot < 0) {
      return null;
    }
    ChunkedList list = listAt(slot);
    if (tracked && list.epoch <= epochs.maxFrozen) {
      // Elements handed out may be changed: their chunks are going to be copied, so the head must
      // be.
      hash.makeWritable(slot);
      list = writableList(slot);
    }
    return list.elements(lane, spec.value(), epochs);
  }

  @Override
  public long stamp() {
    int slot = hash.find();
    return slot < 0 ? 0 : listAt(slot).stamp;
  }

  @Override
  public void replace(Iterable<? extends E> elements, long stamp) {
    ChunkedList list = new ChunkedList(epochs.current());
    for (E element : elements) {
      Objects.requireNonNull(element, "a list element must not be null");
      list.append(element, lane, tracked, epochs.current());
    }
    if (list.size() == 0) {
      clear();
      return;
    }
    list.stamp = stamped ? stamp : 0;
    int slot = hash.findOrInsert();
    hash.segment.values[slot] = list;
  }

  @Override
  public void moveInto(N target, Collection<? extends N> sources) {
    for (N source : sources) {
      if (source.equals(target)) {
        continue;
      }
      int slot = hash.find(source);
      if (slot < 0) {
        continue;
      }
      ChunkedList moved = listAt(slot);
      hash.remove(slot);
      int into =
          hash.findOrInsert(
              hash.context.keyGroup(), hash.context.key(), hash.context.hash(), target);
      ChunkedList list = writableList(into);
      for (E element : moved.elements(lane, spec.value(), epochs)) {
        list.append(element, lane, tracked, epochs.current());
      }
      list.stamp = Math.max(list.stamp, moved.stamp);
    }
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
    if (slot < 0) {
      return null;
    }
    Codec<E> codec = lookup.valueCodec(spec.value());
    ByteWriter out = new ByteWriter();
    for (E element : listAt(slot).elements(lane, spec.value(), epochs)) {
      out.writeSized(codec.encode(element));
    }
    return out.toByteArray();
  }

  @Override
  public StateSchema schema() {
    return spec.schema();
  }

  @Override
  public Frozen freeze() {
    FrozenHash<K, N> frozen = new FrozenHash<>(hash, spec);
    ListRuns runs =
        new ListRuns(new Codec<>(spec.value().duplicate(), spec.name(), "value"), spec.filter());
    return (keyGroup, state, entry, sink) ->
        frozen.forEach(
            keyGroup,
            entry,
            (segment, slot) ->
                runs.write((ChunkedList) segment.values[slot], keyGroup, state, entry, sink));
  }

  /** Writes lists as runs of sized elements. */
  private final class ListRuns {
    private final Codec<E> codec;
    private final SnapshotFilter<E> filter;
    private final ByteWriter run = new ByteWriter();

    ListRuns(Codec<E> codec, SnapshotFilter<E> filter) {
      this.codec = codec;
      this.filter = filter;
    }

    void write(ChunkedList list, int keyGroup, int state, Entry entry, EntrySink sink)
        throws IOException {
      entry.stamp = list.stamp;
      run.reset();
      for (int i = 0; i < list.size(); i++) {
        E element = list.get(i, lane);
        E kept = filter == null ? element : filter.filter(element, list.stamp);
        if (kept == null) {
          continue;
        }
        run.writeSized(codec.encode(kept));
        if (run.position() >= RUN_BYTES) {
          flush(keyGroup, state, entry, sink);
        }
      }
      if (run.position() > 0) {
        flush(keyGroup, state, entry, sink);
      }
    }

    private void flush(int keyGroup, int state, Entry entry, EntrySink sink) throws IOException {
      entry.value.set(run.array(), 0, run.position());
      sink.accept(keyGroup, state, entry);
      run.reset();
    }
  }

  @Override
  public Loader loader(StateSchema written) {
    EntryKeys<K, N> keys = new EntryKeys<>(hash, spec, written);
    Codec<E> codec = Takeover.codec(spec.name(), "value", spec.value(), written.value());
    ByteReader run = new ByteReader();
    ByteView element = new ByteView();
    return (keyGroup, entry) -> {
      run.set(entry.value);
      if (run.remaining() == 0) {
        throw new SerializationException(
            "a list of state \"" + spec.name() + "\"", "it was written with no elements", null);
      }
      ChunkedList list = writableList(keys.findOrInsert(keyGroup, entry));
      try {
        while (run.remaining() > 0) {
          list.append(codec.decode(run.readSized(element)), lane, tracked, epochs.current());
        }
      } catch (MalformedDataException e) {
        throw new SerializationException(
            "a list of state \"" + spec.name() + "\"", e.getMessage(), e);
      }
      list.stamp = stamped ? entry.stamp : 0;
    };
  }

  @Override
  public void checkInvariants() {
    hash.checkInvariants();
    for (ChunkedList list : hash.<ChunkedList>allValues()) {
      if (list.size() == 0) {
        throw new InvariantViolationException("state \"" + spec.name() + "\" keeps an empty list");
      }
    }
  }
}
