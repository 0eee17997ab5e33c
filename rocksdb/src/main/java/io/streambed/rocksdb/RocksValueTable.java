package io.streambed.rocksdb;

import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.entry.Codec;
import io.streambed.store.Fold;
import io.streambed.store.TableCursor;
import io.streambed.store.TableSpec;
import io.streambed.store.ValueTable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;

/** One value per key and namespace: one entry of the column each. */
final class RocksValueTable<K, N, V> extends ValueTable<K, N, V> {
  private final RocksCells<K, N> cells;
  private final ByteWriter out = new ByteWriter();
  private Codec<V> values;

  /** The timestamp of what was found last. */
  private long foundStamp;

  RocksValueTable(RocksCells<K, N> cells) {
    this.cells = cells;
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
    return found(cells.column.get(cells.current()));
  }

  @Override
  public List<V> getAll(List<? extends K> keys, long oldestLive) {
    List<byte[]> at = new ArrayList<>(keys.size());
    cells.forEach(keys, () -> at.add(cells.current().toByteArray()));
    Iterator<byte[]> found = cells.column.getAll(at).iterator();
    List<V> decoded = new ArrayList<>(keys.size());
    // The key is current again: an error names it.
    cells.forEach(keys, () -> decoded.add(decode(cells.form.live(found.next(), oldestLive))));
    return decoded;
  }

  private V found(ByteView stored) {
    foundStamp = cells.form.stamp(stored);
    return decode(stored);
  }

  private V decode(ByteView stored) {
    if (stored == null) {
      return null;
    }
    cells.form.content(stored, stored);
    return values.decode(stored);
  }

  @Override
  public long stamp() {
    return foundStamp;
  }

  @Override
  public V renew(long oldestLive, long stamp) {
    V value = get();
    boolean live = value != null && foundStamp >= oldestLive;
    if (live && cells.form.stamped() && foundStamp < stamp) {
      put(value, stamp);
    }
    return value;
  }

  @Override
  public void put(V value, long stamp) {
    Objects.requireNonNull(value, "value");
    ByteWriter cell = cells.current();
    ByteView bytes = values.encode(value);
    if (cells.form.stamped()) {
      cells.form.startValue(stamp, false, out);
      out.writeBytes(bytes);
      bytes = out.view();
    }
    cells.column.put(cell, bytes);
    out.trim(ByteWriter.KEPT_BYTES);
    values.trim();
  }

  @Override
  public <A> void fold(A argument, Fold<V, A> fold, long oldestLive, long stamp) {
    ByteView stored = cells.column.get(cells.current());
    long foldedStamp = cells.form.stamp(stored);
    boolean tooOld = cells.form.stamped() && foldedStamp < oldestLive;
    V value = fold.apply(tooOld ? null : decode(stored), argument);
    long later = tooOld || stored == null ? stamp : Math.max(stamp, foldedStamp);
    put(Objects.requireNonNull(value, "the result of the function"), later);
  }

  @Override
  public V take(N from) {
    ByteWriter cell = cells.of(from);
    V value = found(cells.column.get(cell));
    if (value != null) {
      cells.column.delete(cell);
    }
    return value;
  }

  @Override
  public V valueAt(TableCursor<K, N> at) {
    return decode(cells.column.get(cells.written(cells.at(at))));
  }

  @Override
  public boolean sweep(TableCursor<K, N> at, long oldestLive) {
    ByteWriter cell = cells.written(cells.at(at));
    ByteView stored = cells.column.get(cell);
    if (stored == null || !cells.form.stamped() || cells.form.stamp(stored) >= oldestLive) {
      return stored != null;
    }
    cells.column.delete(cell);
    return false;
  }

  @Override
  protected int sweepNext(long oldestLive) {
    return cells.sweepNext(oldestLive);
  }

  @Override
  public void clear() {
    cells.column.delete(cells.current());
  }

  /** Cost: a walk over the table. */
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
    ByteWriter cell = cells.of(key, namespace);
    ByteView stored = cell == null ? null : cells.column.get(cell);
    if (stored == null || cells.form.stamped() && cells.form.stamp(stored) < oldestLive) {
      return null;
    }
    cells.form.content(stored, stored);
    return stored.toByteArray();
  }
}
