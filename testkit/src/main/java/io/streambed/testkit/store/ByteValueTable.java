package io.streambed.testkit.store;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.entry.Codec;
import io.streambed.store.Fold;
import io.streambed.store.TableCursor;
import io.streambed.store.TableSpec;
import io.streambed.store.ValueTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Single values as bytes. */
final class ByteValueTable<K, N, V> extends ValueTable<K, N, V> {
  private final ByteCells<K, N> cells;
  private final ByteWriter out = new ByteWriter();
  private Codec<V> values;
  private long foundStamp;

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
    return found(cells.entries().get(cells.current()));
  }

  private V found(byte[] stored) {
    foundStamp = cells.form.stamp(stored);
    return decode(stored);
  }

  private V decode(byte[] stored) {
    if (stored == null) {
      return null;
    }
    ByteReader content = cells.form.content(stored);
    return values.decode(content.readView(content.remaining(), new ByteView()));
  }

  @Override
  public List<V> getAll(List<? extends K> keys, long oldestLive) {
    List<V> found = new ArrayList<>();
    cells.forEach(
        keys,
        () -> {
          V value = get();
          found.add(cells.form.stamped() && stamp() < oldestLive ? null : value);
        });
    return found;
  }

  @Override
  public long stamp() {
    return foundStamp;
  }

  @Override
  public V renew(long oldestLive, long stamp) {
    V value = get();
    if (value != null && foundStamp >= oldestLive && foundStamp < stamp) {
      put(value, stamp);
    }
    return value;
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
  public <A> void fold(A argument, Fold<V, A> fold, long oldestLive, long stamp) {
    byte[] stored = cells.entries().get(cells.current());
    long foldedStamp = cells.form.stamp(stored);
    boolean tooOld = cells.form.stamped() && foldedStamp < oldestLive;
    V value = fold.apply(tooOld ? null : decode(stored), argument);
    long later = tooOld || stored == null ? stamp : Math.max(stamp, foldedStamp);
    put(Objects.requireNonNull(value, "the result of the function"), later);
  }

  @Override
  public V take(N from) {
    byte[] cell = cells.of(from);
    V value = found(cells.entries().get(cell));
    cells.entries().remove(cell);
    return value;
  }

  @Override
  public V valueAt(TableCursor<K, N> at) {
    return decode(cells.entries().get(cells.at(at)));
  }

  @Override
  public boolean sweep(TableCursor<K, N> at, long oldestLive) {
    byte[] stored = cells.entries().get(cells.at(at));
    if (stored == null || !cells.form.stamped() || cells.form.stamp(stored) >= oldestLive) {
      return stored != null;
    }
    cells.entries().remove(cells.at(at));
    return false;
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
  public byte[] lookup(ByteView key, ByteView namespace, long oldestLive) {
    byte[] cell = cells.of(key, namespace);
    byte[] stored = cell == null ? null : cells.entries().get(cell);
    if (stored == null || cells.form.isExpired(stored, oldestLive)) {
      return null;
    }
    ByteReader content = cells.form.content(stored);
    return content.readBytes(content.remaining());
  }
}
