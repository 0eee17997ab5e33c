package io.streambed.testkit.store;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.entry.Codec;
import io.streambed.key.KeyContext;
import io.streambed.key.KeyGroups;
import io.streambed.serial.Serializer;
import io.streambed.store.TableCursor;
import io.streambed.store.TableSpec;
import java.util.Map;
import java.util.NavigableMap;

/**
 * Where the entries of one table lie: binary keys out of current key and namespace, and walks. What
 * the entries of one key and namespace begin with is called their cell.
 */
final class ByteCells<K, N> {
  final StateForm form;
  private final NavigableMap<byte[], byte[]> entries;
  private final KeyContext<K> context;
  private final ByteWriter out = new ByteWriter();
  private final Codec<K> keys;
  private Codec<N> namespaces;
  private N namespace;
  private ByteView encodedNamespace;

  ByteCells(
      KeyContext<K> context,
      NavigableMap<byte[], byte[]> entries,
      StateForm form,
      TableSpec<N, ?, ?> spec) {
    this.context = context;
    this.entries = entries;
    this.form = form;
    this.keys = new Codec<>(context.serializer(), spec.name(), "key").tryingFirst();
    this.encodedNamespace = spec.namespace().fixedLength() == 0 ? new ByteView() : null;
    reopen(spec);
  }

  void reopen(TableSpec<N, ?, ?> spec) {
    namespaces = new Codec<>(spec.namespace(), spec.name(), "namespace").tryingFirst();
  }

  void namespace(N current) {
    encodedNamespace = ByteView.of(namespaces.encode(current).toByteArray());
    namespace = current;
  }

  /** The current namespace, or null. */
  N namespace() {
    return namespace;
  }

  byte[] current() {
    // The key group first: it tells that there is no key, or a foreign one.
    int keyGroup = context.keyGroup();
    if (encodedNamespace == null) {
      throw new IllegalStateException("no current namespace: set one before the state is used");
    }
    return cell(keyGroup, keys.encodeKeyOf(context), encodedNamespace);
  }

  byte[] of(N other) {
    return cell(context.keyGroup(), keys.encodeKeyOf(context), namespaces.encode(other));
  }

  /** Makes each of many keys current in turn. */
  void forEach(Iterable<? extends K> each, Runnable action) {
    context.forEach(each, action);
  }

  /** The cell of an outside query, or null if it is not of this store. */
  byte[] of(ByteView key, ByteView ofNamespace) {
    context.requireOpen();
    int hash = context.hasher().hash(keys.decode(key));
    namespaces.decode(ofNamespace);
    int keyGroup = KeyGroups.assign(hash, context.maxParallelism());
    return context.range().contains(keyGroup) ? cell(keyGroup, key, ofNamespace) : null;
  }

  /** A codec that tries its first value and whose errors name the current key. */
  <T> Codec<T> codec(Serializer<T> serializer, String role) {
    return new Codec<>(serializer, form.schema().name(), role)
        .under(context::keyIfSet)
        .tryingFirst();
  }

  private byte[] cell(int keyGroup, ByteView key, ByteView ofNamespace) {
    out.reset();
    out.writeBytes(KeyForm.prefix(keyGroup, form.id()));
    KeyForm.writePart(key, out);
    KeyForm.writePart(ofNamespace, out);
    return out.toByteArray();
  }

  /** The cell with one more part. */
  byte[] entry(byte[] cell, ByteView userKey) {
    out.reset();
    out.writeBytes(cell);
    KeyForm.writePart(userKey, out);
    return out.toByteArray();
  }

  /** All entries of the store, live. */
  NavigableMap<byte[], byte[]> entries() {
    context.requireOpen();
    return entries;
  }

  /** The entries of a cell, live. */
  NavigableMap<byte[], byte[]> in(byte[] cell) {
    context.requireOpen();
    return entries.subMap(cell, true, KeyForm.successor(cell), false);
  }

  long count() {
    context.requireOpen();
    long count = 0;
    for (int group = context.range().first(); group <= context.range().last(); group++) {
      count += form.in(entries, group).size();
    }
    return count;
  }

  TableCursor<K, N> cursor() {
    return new Cursor();
  }

  /** The cell that a walk over this is at. */
  byte[] at(TableCursor<K, N> cursor) {
    @SuppressWarnings("unchecked")
    Cursor here = (Cursor) cursor;
    return here.cell;
  }

  /** Walks by position in the sorted map, from one cell to the least key behind it. */
  private final class Cursor implements TableCursor<K, N> {
    private int keyGroup = context.range().first();
    private byte[] from = KeyForm.prefix(keyGroup, form.id());
    private byte[] cell;
    private K key;
    private N namespaceHere;

    @Override
    public boolean advance() {
      context.requireOpen();
      while (true) {
        Map.Entry<byte[], byte[]> next = entries.ceilingEntry(from);
        if (next != null
            && KeyForm.startsWith(next.getKey(), KeyForm.prefix(keyGroup, form.id()))) {
          arrive(next.getKey());
          return true;
        }
        if (keyGroup == context.range().last()) {
          return false;
        }
        from = KeyForm.prefix(++keyGroup, form.id());
      }
    }

    private void arrive(byte[] at) {
      ByteReader in =
          new ByteReader().set(at, KeyForm.PREFIX_BYTES, at.length - KeyForm.PREFIX_BYTES);
      ByteView keyBytes = new ByteView();
      ByteView namespaceBytes = new ByteView();
      KeyForm.readPart(in, keyBytes);
      KeyForm.readPart(in, namespaceBytes);
      key = keys.decode(keyBytes);
      namespaceHere = namespaces.decode(namespaceBytes);
      cell = cell(keyGroup, keyBytes, namespaceBytes);
      from = KeyForm.successor(cell);
    }

    @Override
    public K key() {
      return key;
    }

    @Override
    public N namespace() {
      return namespaceHere;
    }
  }
}
