package io.streambed.testkit.store;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.entry.Codec;
import io.streambed.entry.Entry;
import io.streambed.store.BoundMap;
import io.streambed.store.MapCursor;
import io.streambed.store.MapTable;
import io.streambed.store.TableCursor;
import io.streambed.store.TableSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Maps as bytes: one entry of the sorted map for each of theirs. */
final class ByteMapTable<K, N, U, V> extends MapTable<K, N, U, V> {
  private final ByteCells<K, N> cells;
  private final ByteWriter out = new ByteWriter();
  private Codec<U> userKeys;
  private Codec<V> values;
  private long foundStamp;

  ByteMapTable(ByteCells<K, N> cells, TableSpec<N, U, V> spec) {
    this.cells = cells;
    reopen(spec);
  }

  void reopen(TableSpec<N, U, V> spec) {
    cells.reopen(spec);
    userKeys = cells.codec(spec.userKey(), "user key");
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

  private byte[] entryKey(U userKey) {
    return entryKey(cells.current(), userKey);
  }

  private byte[] entryKey(byte[] cell, U userKey) {
    Objects.requireNonNull(userKey, "a user key must not be null");
    return cells.entry(cell, userKeys.encode(userKey));
  }

  @Override
  public V get(U userKey) {
    byte[] stored = cells.entries().get(entryKey(userKey));
    foundStamp = cells.form.stamp(stored);
    return decode(stored);
  }

  private V decode(byte[] stored) {
    if (stored == null) {
      return null;
    }
    ByteReader content = cells.form.content(stored);
    return content.readBoolean()
        ? null
        : values.decode(content.readView(content.remaining(), new ByteView()));
  }

  @Override
  public V renew(U userKey, long oldestLive, long stamp) {
    boolean there = contains(userKey);
    V value = get(userKey);
    if (there && foundStamp >= oldestLive && foundStamp < stamp) {
      put(userKey, value, stamp);
    }
    return value;
  }

  @Override
  public List<V> getAll(List<? extends U> userKeys, long oldestLive) {
    List<V> found = new ArrayList<>();
    for (U userKey : userKeys) {
      V value = get(userKey);
      found.add(cells.form.stamped() && stamp() < oldestLive ? null : value);
    }
    return found;
  }

  @Override
  public long stamp() {
    return foundStamp;
  }

  @Override
  public boolean contains(U userKey) {
    byte[] stored = cells.entries().get(entryKey(userKey));
    foundStamp = cells.form.stamp(stored);
    return stored != null;
  }

  @Override
  public void put(U userKey, V value, long stamp) {
    put(entryKey(userKey), value, stamp);
  }

  @Override
  public void putAll(Map<? extends U, ? extends V> map, long stamp) {
    byte[] cell = cells.current();
    // Put together before the first is stored, in case one is refused.
    Map<byte[], byte[]> all = new TreeMap<>(Arrays::compareUnsigned);
    map.forEach((userKey, value) -> all.put(entryKey(cell, userKey), encoded(value, stamp)));
    cells.entries().putAll(all);
  }

  private void put(byte[] key, V value, long stamp) {
    cells.entries().put(key, encoded(value, stamp));
  }

  private byte[] encoded(V value, long stamp) {
    cells.form.startValue(stamp, out);
    out.writeBoolean(value == null);
    if (value != null) {
      out.writeBytes(values.encode(value));
    }
    return out.toByteArray();
  }

  @Override
  public void remove(U userKey) {
    cells.entries().remove(entryKey(userKey));
  }

  @Override
  public boolean isEmpty() {
    return cells.in(cells.current()).isEmpty();
  }

  @Override
  public boolean sweep(TableCursor<K, N> at, long oldestLive) {
    var entries = cells.in(cells.at(at));
    if (cells.form.stamped()) {
      entries.values().removeIf(stored -> cells.form.stamp(stored) < oldestLive);
    }
    return !entries.isEmpty();
  }

  @Override
  public void clear() {
    cells.in(cells.current()).clear();
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
  public BoundMap<U, V> bound() {
    return new Bound(cells.current());
  }

  /** The map in one cell. */
  private final class Bound implements BoundMap<U, V> {
    private final byte[] cell;

    Bound(byte[] cell) {
      this.cell = cell;
    }

    @Override
    public MapCursor<U, V> cursor() {
      return new Cursor(cell);
    }

    @Override
    public void put(U userKey, V value, long stamp) {
      ByteMapTable.this.put(entryKey(cell, userKey), value, stamp);
    }

    @Override
    public void remove(U userKey) {
      cells.entries().remove(entryKey(cell, userKey));
    }
  }

  @Override
  public MapCursor<U, V> entriesAt(TableCursor<K, N> at) {
    return new Cursor(cells.at(at));
  }

  @Override
  public byte[] lookup(ByteView key, ByteView namespace, long oldestLive) {
    byte[] cell = cells.of(key, namespace);
    if (cell == null || cells.in(cell).isEmpty()) {
      return null;
    }
    ByteWriter found = new ByteWriter();
    Entry entry = new Entry();
    cells
        .in(cell)
        .forEach(
            (entryKey, value) -> {
              if (cells.form.isExpired(value, oldestLive)) {
                return;
              }
              cells.form.read(entryKey, value, entry);
              found.writeSized(entry.userKey);
              found.writeBoolean(entry.nullValue);
              if (!entry.nullValue) {
                found.writeSized(entry.value);
              }
            });
    return found.position() == 0 ? null : found.toByteArray();
  }

  /** Walks one cell by position in the sorted map. */
  private final class Cursor implements MapCursor<U, V> {
    private final byte[] cell;
    private byte[] last;
    private U key;
    private U previousKey;
    private V value;
    private long stamp;

    Cursor(byte[] cell) {
      this.cell = cell;
      this.last = cell;
    }

    @Override
    public boolean advance() {
      Map.Entry<byte[], byte[]> next = cells.entries().higherEntry(last);
      if (next == null || !KeyForm.startsWith(next.getKey(), cell)) {
        return false;
      }
      last = next.getKey();
      ByteView part = new ByteView();
      KeyForm.readPart(new ByteReader().set(last, cell.length, last.length - cell.length), part);
      previousKey = key;
      key = userKeys.decode(part);
      value = decode(next.getValue());
      stamp = cells.form.stamp(next.getValue());
      return true;
    }

    @Override
    public U key() {
      return key;
    }

    @Override
    public U previousKey() {
      return previousKey;
    }

    @Override
    public V value() {
      return value;
    }

    @Override
    public long stamp() {
      return stamp;
    }
  }
}
