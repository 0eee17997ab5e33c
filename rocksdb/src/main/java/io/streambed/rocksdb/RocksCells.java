package io.streambed.rocksdb;

import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.entry.Codec;
import io.streambed.entry.Entry;
import io.streambed.key.KeyContext;
import io.streambed.key.KeyGroups;
import io.streambed.serial.Serializer;
import io.streambed.store.TableCursor;
import io.streambed.store.TableSpec;

/**
 * Where the entries of one table lie: binary keys out of current key and namespace, and walks. What
 * the keys of one key and namespace begin with is called their cell.
 */
final class RocksCells<K, N> {
  static final byte[] EVERYTHING = new byte[0];

  final EntryForm form;
  final Column column;
  private final RocksSweep sweep;
  private final KeyContext<K> context;
  private final ByteWriter key = new ByteWriter();
  private final Codec<K> keys;
  private Codec<N> namespaces;
  private final ByteWriter namespaceCopy = new ByteWriter();
  private ByteView namespace;
  private N currentNamespace;

  RocksCells(KeyContext<K> context, Column column, EntryForm form, TableSpec<N, ?, ?> spec) {
    this.context = context;
    this.column = column;
    this.form = form;
    this.sweep = new RocksSweep(column);
    this.keys = new Codec<>(context.serializer(), spec.name(), "key").tryingFirst();
    this.namespace = spec.namespace().fixedLength() == 0 ? new ByteView() : null;
    reopen(spec);
  }

  void reopen(TableSpec<N, ?, ?> spec) {
    namespaces = new Codec<>(spec.namespace(), spec.name(), "namespace").tryingFirst();
  }

  /** What was set last, or null. */
  N namespace() {
    return currentNamespace;
  }

  void namespace(N current) {
    ByteView bytes = namespaces.encode(current);
    namespaceCopy.trim(ByteWriter.KEPT_BYTES);
    namespaceCopy.reset();
    namespaceCopy.writeBytes(bytes);
    namespace = namespaceCopy.view();
    currentNamespace = current;
  }

  /** The current cell, to be written on; valid until the next call. */
  ByteWriter current() {
    // The key group first: it tells that there is no key, or a foreign one.
    int keyGroup = context.keyGroup();
    if (namespace == null) {
      throw new IllegalStateException("no current namespace: set one before the state is used");
    }
    key.trim(ByteWriter.KEPT_BYTES);
    form.writeCell(keyGroup, keys.encodeKeyOf(context), namespace, key);
    return key;
  }

  /** The current key's cell of another namespace; valid until the next call. */
  ByteWriter of(N other) {
    form.writeCell(context.keyGroup(), keys.encodeKeyOf(context), namespaces.encode(other), key);
    return key;
  }

  /** A cell that was current once, to be written on; valid until the next call. */
  ByteWriter written(byte[] cell) {
    key.reset();
    key.writeBytes(cell, 0, cell.length);
    return key;
  }

  /** Makes each of many keys current in turn. */
  void forEach(Iterable<? extends K> each, Runnable action) {
    context.forEach(each, action);
  }

  /** The cell of an outside query, or null if it is not of this store. */
  ByteWriter of(ByteView ofKey, ByteView ofNamespace) {
    int hash = context.hasher().hash(keys.decode(ofKey));
    namespaces.decode(ofNamespace);
    int keyGroup = KeyGroups.assign(hash, context.maxParallelism());
    if (!context.range().contains(keyGroup)) {
      return null;
    }
    ByteWriter out = new ByteWriter();
    form.writeCell(keyGroup, ofKey, ofNamespace, out);
    return out;
  }

  /** A codec that tries its first value and whose errors name the current key. */
  <T> Codec<T> codec(Serializer<T> serializer, String role) {
    return new Codec<>(serializer, form.schema().name(), role)
        .under(context::keyIfSet)
        .tryingFirst();
  }

  long count() {
    return column.count(EVERYTHING);
  }

  /** Sweeps the next entries, each of which has one timestamp; gives how many, 0 at the end. */
  int sweepNext(long oldestLive) {
    return sweepNext(
        oldestLive,
        stored -> {
          long stamp = form.stamp(stored);
          if (stamp < oldestLive) {
            return null;
          }
          sweep.leaves(stamp);
          return stored;
        });
  }

  /** As above, by what is to be left of each entry; {@link #leaves} is told of its timestamps. */
  int sweepNext(long oldestLive, RocksSweep.Survivor survivor) {
    column.requireUsable();
    return form.stamped() ? sweep.next(form, oldestLive, survivor) : 0;
  }

  /** A sweep leaves an element of this timestamp. */
  void leaves(long stamp) {
    sweep.leaves(stamp);
  }

  TableCursor<K, N> cursor() {
    return new Cursor(new Prefetch(column, EVERYTHING, form));
  }

  /** The cell that a walk over this is at. */
  byte[] at(TableCursor<K, N> cursor) {
    @SuppressWarnings("unchecked")
    Cursor here = (Cursor) cursor;
    return here.cells.key();
  }

  /** Walks from cell to cell. */
  private final class Cursor implements TableCursor<K, N> {
    private final Prefetch cells;
    private final Entry entry = new Entry();
    private K keyHere;
    private N namespaceHere;

    Cursor(Prefetch cells) {
      this.cells = cells;
    }

    @Override
    public boolean advance() {
      if (!cells.advance()) {
        return false;
      }
      form.readKey(ByteView.of(cells.key()), entry);
      keyHere = keys.decode(entry.key);
      namespaceHere = namespaces.decode(entry.namespace);
      return true;
    }

    @Override
    public K key() {
      return keyHere;
    }

    @Override
    public N namespace() {
      return namespaceHere;
    }
  }
}
