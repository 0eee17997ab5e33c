package io.streambed.heap;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.entry.Codec;
import io.streambed.entry.Entry;
import io.streambed.entry.SizeLimit;
import io.streambed.entry.StateSchema;
import io.streambed.error.InvariantViolationException;
import io.streambed.error.MalformedDataException;
import io.streambed.error.SerializationException;
import io.streambed.key.KeyContext;
import io.streambed.migration.Takeover;
import io.streambed.serial.LongLane;
import io.streambed.store.ListTable;
import io.streambed.store.SnapshotFilter;
import io.streambed.store.TableCursor;
import io.streambed.store.TableSpec;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

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

  /** The lane again, null until the first element was tried: those with one need no other check. */
  private LongLane<E> triedLane;

  /** Null where no element needs a check. */
  private SizeLimit<E> limit;

  /** Where a sweep has come to; null before the first list. */
  private TableCursor<K, N> swept;

  HeapListTable(KeyContext<K> context, Epochs epochs, TableSpec<N, ?, E> spec) {
    this.epochs = epochs;
    this.lane = spec.value().longLane();
    this.tracked = lane == null && !spec.value().immutable();
    this.stamped = spec.expiry().stamped();
    this.hash =
        new KeyedHash<>(
            context, epochs, spec, Layout.ofCollections(context.serializer(), spec.namespace()));
    reopen(spec);
  }

  void reopen(TableSpec<N, ?, E> newSpec) {
    spec = newSpec;
    triedLane = null;
    limit = HeapTable.firstCheck(hash.context, newSpec, this::tried);
  }

  private void tried(SizeLimit<E> later) {
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

  private static ChunkedList listAt(Segment segment, int slot) {
    return (ChunkedList) segment.value(slot);
  }

  /** The list at a slot of a writable segment, itself writable; made if there is none. */
  private ChunkedList writableList(Segment segment, int slot) {
    ChunkedList list = listAt(segment, slot);
    if (list == null) {
      list = new ChunkedList(epochs.current());
    } else if (list.epoch > epochs.maxFrozen) {
      return list;
    } else {
      list = list.copy(epochs.current());
    }
    segment.setValue(slot, list);
    return list;
  }

  @Override
  public void append(E element, long stamp) {
    check(element);
    ChunkedList list = writableList(hash.findOrInsert(), hash.slot);
    append(list, element, stamp);
  }

  @Override
  public void appendAll(Collection<? extends E> elements, long stamp) {
    // A copy: the argument's iterator may use this table, or give something else the second time.
    List<E> all = new ArrayList<>(elements);
    for (E element : all) {
      check(element);
    }
    if (all.isEmpty()) {
      return;
    }
    ChunkedList list = writableList(hash.findOrInsert(), hash.slot);
    for (E element : all) {
      append(list, element, stamp);
    }
  }

  private void append(ChunkedList list, E element, long stamp) {
    if (stamped) {
      list.stampNext(stamp);
    }
    list.append(element, lane, tracked, epochs.current());
  }

  /** An element of a wrong type, or too large, fails here, before anything is changed. */
  private void check(E element) {
    Objects.requireNonNull(element, "a list element must not be null");
    if (triedLane != null) {
      Lanes.toLong(triedLane, element);
    } else if (limit != null) {
      if (lane != null) {
        Lanes.toLong(lane, element);
      }
      limit.check(element);
    }
  }

  @Override
  public <R> List<R> readStamped(Stamping<E, R> stamping) {
    ChunkedList list = listToHandOut();
    if (list == null) {
      return null;
    }
    List<E> elements = list.elements(lane, spec.value(), epochs);
    return new AbstractList<>() {
      @Override
      public int size() {
        return elements.size();
      }

      @Override
      public R get(int index) {
        return stamping.of(elements.get(index), stamped ? list.stamp(index) : 0);
      }
    };
  }

  /** The current list, whose elements the caller may change, or null. */
  private ChunkedList listToHandOut() {
    Segment segment = hash.find();
    if (segment == null) {
      return null;
    }
    ChunkedList list = listAt(segment, hash.slot);
    if (tracked && list.epoch <= epochs.maxFrozen) {
      // Elements handed out may be changed: their chunks are going to be copied, so the head must
      // be.
      return writableList(hash.writable(segment, hash.slot), hash.slot);
    }
    return list;
  }

  @Override
  public List<E> read(long oldestLive) {
    ChunkedList list = listToHandOut();
    if (list == null) {
      return null;
    }
    List<E> elements = list.elements(lane, spec.value(), epochs);
    if (!stamped || oldestLive == Long.MIN_VALUE) {
      return elements;
    }
    int live = list.live(oldestLive);
    if (live == list.size()) {
      return elements;
    }
    return live == 0 ? null : Collections.unmodifiableList(live(list, elements, oldestLive, live));
  }

  private static <E> List<E> live(ChunkedList list, List<E> elements, long oldestLive, int count) {
    List<E> live = new ArrayList<>(count);
    for (int i = 0; i < list.size(); i++) {
      if (list.stamp(i) >= oldestLive) {
        live.add(elements.get(i));
      }
    }
    return live;
  }

  @Override
  public void replace(Iterable<? extends E> elements, long stamp) {
    ChunkedList list = new ChunkedList(epochs.current());
    for (E element : elements) {
      check(element);
      append(list, element, stamp);
    }
    if (list.size() == 0) {
      clear();
      return;
    }
    hash.findOrInsert().setValue(hash.slot, list);
  }

  @Override
  public void moveInto(N target, Collection<? extends N> sources) {
    hash.checkNamespace(target);
    for (N source : sources) {
      if (source.equals(target)) {
        continue;
      }
      Segment segment = hash.find(source);
      if (segment == null) {
        continue;
      }
      int slot = hash.slot;
      ChunkedList moved = listAt(segment, slot);
      // Elements are copied by user code: if that fails, nothing has changed.
      List<E> elements = new ArrayList<>(moved.elements(lane, spec.value(), epochs));
      hash.remove(segment, slot);
      Segment into =
          hash.findOrInsert(
              hash.context.keyGroup(), hash.context.key(), hash.context.hash(), target);
      ChunkedList list = writableList(into, hash.slot);
      for (int i = 0; i < elements.size(); i++) {
        append(list, elements.get(i), stamped ? moved.stamp(i) : 0);
      }
    }
  }

  @Override
  public List<E> listAt(TableCursor<K, N> at) {
    Segment segment = hash.find(at);
    return segment == null ? null : listAt(segment, hash.slot).elements(lane);
  }

  @Override
  public boolean sweep(TableCursor<K, N> at, long oldestLive) {
    Segment segment = hash.find(at);
    if (segment == null) {
      return false;
    }
    return sweepFound(segment, hash.keyGroup(at), oldestLive);
  }

  /** Sweeps the list that the last look-up of any key found in this segment. */
  private boolean sweepFound(Segment segment, int keyGroup, long oldestLive) {
    int slot = hash.slot;
    ChunkedList list = listAt(segment, slot);
    int live = stamped ? list.live(oldestLive) : list.size();
    if (live == list.size()) {
      return true;
    }
    if (live == 0) {
      hash.remove(segment, slot, keyGroup);
      return false;
    }
    // Elements of a frozen list are copied by user code: if that fails, nothing has changed.
    List<E> elements = list.elements(lane, spec.value(), epochs);
    ChunkedList left = new ChunkedList(epochs.current());
    for (int i = 0; i < list.size(); i++) {
      if (list.stamp(i) >= oldestLive) {
        append(left, elements.get(i), list.stamp(i));
      }
    }
    hash.writable(segment, slot, keyGroup).setValue(slot, left);
    return true;
  }

  @Override
  protected int sweepNext(long oldestLive) {
    hash.context.requireOpen();
    if (!stamped) {
      return END;
    }
    if (swept == null) {
      swept = hash.cursor();
    }
    Segment segment = null;
    while (segment == null && swept.advance()) {
      segment = hash.find(swept);
    }
    if (segment == null) {
      swept = null;
      return END;
    }
    int elements = listAt(segment, hash.slot).size();
    sweepFound(segment, hash.keyGroup(swept), oldestLive);
    return elements;
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
    if (segment == null) {
      return null;
    }
    Codec<E> codec = new Codec<>(spec.value(), spec.name(), "value");
    ByteWriter out = new ByteWriter();
    ChunkedList list = listAt(segment, hash.slot);
    for (int i = 0; i < list.size(); i++) {
      if (!stamped || list.stamp(i) >= oldestLive) {
        out.writeSized(codec.encode(list.get(i, lane)));
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
    Codec<E> codec = new Codec<>(spec.value().duplicate(), spec.name(), "value");
    SnapshotFilter<E> filter = spec.snapshotFilter();
    return new FrozenHash.Contents<>(frozen) {
      @Override
      Walk walk(FrozenHash<K, N>.Slots slots, ByteView userKey) {
        return new Runs(slots, codec.under(slots::key), filter);
      }
    };
  }

  /** Cuts frozen lists into runs of sized elements. */
  private final class Runs implements Walk {
    private final FrozenHash<K, N>.Slots slots;
    private final Codec<E> codec;
    private final SnapshotFilter<E> filter;
    private final ByteWriter run = new ByteWriter();
    private ChunkedList list;
    private int next;

    Runs(FrozenHash<K, N>.Slots slots, Codec<E> codec, SnapshotFilter<E> filter) {
      this.slots = slots;
      this.codec = codec;
      this.filter = filter;
    }

    @Override
    public boolean advance(Entry entry) {
      do {
        if (list == null || next == list.size()) {
          if (!slots.advance()) {
            return false;
          }
          list = listAt(slots.segment(), slots.slot());
          next = 0;
        }
        fill();
      } while (run.position() == 0);
      slots.address(entry);
      entry.stamp = 0;
      entry.value.set(run.array(), 0, run.position());
      return true;
    }

    private void fill() {
      run.reset();
      run.trim(ByteWriter.KEPT_BYTES);
      while (next < list.size() && run.position() < RUN_BYTES) {
        long stamp = stamped ? list.stamp(next) : 0;
        int at = next++;
        if (filter != null && !filter.keeps(stamp)) {
          continue;
        }
        E element = list.get(at, lane);
        E kept = filter == null ? element : filter.filter(element, stamp);
        if (kept != null) {
          run.writeSized(codec.encode(kept));
          if (stamped) {
            run.writeLong(stamp);
          }
        }
      }
    }
  }

  @Override
  public Loader loader(StateSchema written) {
    EntryKeys<K, N> keys = new EntryKeys<>(hash, spec, written);
    Codec<E> codec = Takeover.codec(spec.name(), "value", spec.value(), written.value());
    ByteReader run = new ByteReader();
    ByteView element = new ByteView();
    boolean wasStamped = written.expiry().stamped();
    long loadStamp = Takeover.loadStamp(spec, written);
    return (keyGroup, entry) -> {
      run.set(entry.value);
      if (run.remaining() == 0) {
        throw new SerializationException(
            "a list of state \"" + spec.name() + "\"", "it was written with no elements", null);
      }
      ChunkedList list = writableList(keys.findOrInsert(keyGroup, entry), hash.slot);
      try {
        while (run.remaining() > 0) {
          E decoded = codec.decode(run.readSized(element));
          append(list, decoded, wasStamped ? run.readLong() : loadStamp);
        }
      } catch (MalformedDataException e) {
        throw new SerializationException(
            "a list of state \"" + spec.name() + "\"", e.getMessage(), e);
      }
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
    for (ChunkedList list : hash.<ChunkedList>allValues()) {
      if (list.size() == 0) {
        throw new InvariantViolationException("state \"" + spec.name() + "\" keeps an empty list");
      }
    }
  }
}
