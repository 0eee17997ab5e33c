package io.streambed.testkit.store;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.store.Codec;
import io.streambed.store.Fold;
import io.streambed.store.TableCursor;
import io.streambed.store.TableSpec;
import io.streambed.store.ValueTable;
import java.util.Objects;

/** Single values as bytes. */
final class ByteValueTable<K, N, V> extends ValueTable<K, N, V> {
  private final ByteCells<K, N> cells;
  private final ByteWriter out = new ByteWriter();
  private Codec<V> values;

  ByteValueTable(ByteCells<K, N> cells, TableSpec<N, ?, V> spec) {
    this.cells = cells;
    reopen(spec);
  }

  void reopen(TableSpec<N, ?, V> spec) {
    cells.reopen(spec);
    values = cells.codec(spec.value(), "value");
  }

  @Override
  protected void namespaceChanged(N namespace) {
    cells.namespace(namespace);
  }

  @Override
  public N namespace() {
    return cells.namespace();
  }

  @Override
  public V get() {
    return decode(cells.entries().get(cells.current()));
  }

  private V decode(byte[] stored) {
    if (stored == null) {
      return null;
    }
    ByteReader content = cells.form.content(stored);
    return values.decode(content.readView(content.remaining(), new ByteView()));
  }

  @Override
  public long stamp() {
    return cells.form.stamp(cells.entries().get(cells.current()));
  }

  @Override
  public void put(V value, long stamp) {
    Objects.requireNonNull(value, "value");
    byte[] cell = cells.current();
    cells.form.startValue(stamp, out);
    out.writeBytes(values.encode(value));
    cells.entries().put(cell, out.toByteArray());
  }

  @Override
  public <A> void fold(A argument, Fold<V, A> fold, long stamp) {
    V value = fold.apply(get(), argument);
    put(Objects.requireNonNull(value, "the result of the function"), stamp);
  }

  @Override
  public V take(N from) {
    byte[] cell = cells.of(from);
    V value = decode(cells.entries().get(cell));
    cells.entries().remove(cell);
    return value;
  }

  @Override
  public V valueAt(TableCursor<K, N> at) {
    return decode(cells.entries().get(cells.at(at)));
  }

  @Override
  public void clear() {
    cells.entries().remove(cells.current());
  }

  @Override
  public long entries() {
    return cells.count();
  }

  @Override
  public TableCursor<K, N> cursor() {
    return cells.cursor();
  }

  @Override
  public byte[] lookup(ByteView key, ByteView namespace) {
    byte[] cell = cells.of(key, namespace);
    byte[] stored = cell == null ? null : cells.entries().get(cell);
    if (stored == null) {
      return null;
    }
    ByteReader content = cells.form.content(stored);
    return content.readBytes(content.remaining());
  }
}
