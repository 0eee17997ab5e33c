package io.streambed.rocksdb;

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
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A map per key and namespace: one entry of the column for each of its entries. */
final class RocksMapTable<K, N, U, V> extends MapTable<K, N, U, V> {
  private final RocksCells<K, N> cells;
  private final ByteWriter out = new ByteWriter();
  private Codec<U> userKeys;
  private Codec<V> values;

  /** The timestamp of what was found last. */
  private long foundStamp;

  RocksMapTable(RocksCells<K, N> cells) {
    this.cells = cells;
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

  private ByteWriter entryKey(U userKey) {
    return entryKey(cells.current(), userKey);
  }

  private ByteWriter entryKey(ByteWriter cell, U userKey) {
    Objects.requireNonNull(userKey, "a user key must not be null");
    cell.writeBytes(userKeys.encode(userKey));
    return cell;
  }

  @Override
  public V get(U userKey) {
    ByteView stored = cells.column.get(entryKey(userKey));
    foundStamp = cells.form.stamp(stored);
    return decode(stored);
  }

  @Override
  public V renew(U userKey, long oldestLive, long stamp) {
    ByteView stored = cells.column.get(entryKey(userKey));
    boolean there = stored != null;
    foundStamp = cells.form.stamp(stored);
    V value = decode(stored);
    if (there && cells.form.stamped() && foundStamp >= oldestLive && foundStamp < stamp) {
      put(userKey, value, stamp);
    }
    return value;
  }

  @Override
  public List<V> getAll(List<? extends U> keys, long oldestLive) {
    byte[] cell = cells.current().toByteArray();
    List<byte[]> at = new ArrayList<>(keys.size());
    for (U userKey : keys) {
      at.add(entryKey(cells.written(cell), userKey).toByteArray());
    }
    List<V> decoded = new ArrayList<>(keys.size());
    for (byte[] found : cells.column.getAll(at)) {
      decoded.add(decode(cells.form.live(found, oldestLive)));
    }
    return decoded;
  }

  private V decode(ByteView stored) {
    return stored != null && cells.form.content(stored, stored) ? values.decode(stored) : null;
  }

  @Override
  public long stamp() {
    return foundStamp;
  }

  @Override
  public boolean contains(U userKey) {
    if (!cells.form.stamped()) {
      return cells.column.contains(entryKey(userKey));
    }
    ByteView stored = cells.column.get(entryKey(userKey));
    foundStamp = cells.form.stamp(stored);
    return stored != null;
  }

  @Override
  public void put(U userKey, V value, long stamp) {
    put(entryKey(userKey), value, stamp);
  }

  @Override
  public void putAll(Map<? extends U, ? extends V> map, long stamp) {
    byte[] cell = cells.current().toByteArray();
    cells.column.prepareBatch();
    try (Batch batch = Batch.whole(cells.column.database())) {
      for (Map.Entry<? extends U, ? extends V> entry : map.entrySet()) {
        // Both before anything is encoded: to ask for them may use this table.
        U userKey = entry.getKey();
        V value = entry.getValue();
        byte[] key = entryKey(cells.written(cell), userKey).toByteArray();
        encode(value, stamp);
        batch.put(cells.column, key, out.toByteArray());
      }
      batch.write();
      // The argument's iterator may have walked over this map after the last one was added.
      cells.column.changed();
    } finally {
      out.trim(ByteWriter.KEPT_BYTES);
      values.trim();
    }
  }

  private void encode(V value, long stamp) {
    cells.form.startValue(stamp, value == null, out);
    if (value != null) {
      out.writeBytes(values.encode(value));
    }
  }

  private void put(ByteWriter key, V value, long stamp) {
    encode(value, stamp);
    cells.column.put(key, out.array(), 0, out.position());
    out.trim(ByteWriter.KEPT_BYTES);
    values.trim();
  }

  @Override
  public void remove(U userKey) {
    cells.column.delete(entryKey(userKey));
  }

  @Override
  public boolean isEmpty() {
    return cells.column.isEmpty(cells.current().toByteArray());
  }

  @Override
  public boolean sweep(TableCursor<K, N> at, long oldestLive) {
    byte[] cell = cells.at(at);
    if (!cells.form.stamped()) {
      return !cells.column.isEmpty(cell);
    }
    boolean left = false;
    boolean removed = false;
    Entry entry = new Entry();
    // A scan of its own, and all removals at once: the walk that this is part of reads ahead.
    try (Batch batch = Batch.whole(cells.column.database());
        EntryWalk walk = new EntryWalk(cells.form, cells.column.scan(cell), cell)) {
      while (walk.advance(entry)) {
        if (entry.stamp < oldestLive) {
          ByteWriter key = cells.written(cell);
          key.writeBytes(entry.userKey);
          batch.delete(cells.column, key.toByteArray());
          removed = true;
        } else {
          left = true;
        }
      }
      batch.write();
    }
    if (removed) {
      cells.column.changed();
    }
    return left;
  }

  @Override
  protected int sweepNext(long oldestLive) {
    return cells.sweepNext(oldestLive);
  }

  @Override
  public void clear() {
    cells.column.clear(cells.current().toByteArray());
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
  public BoundMap<U, V> bound() {
    return new Bound(cells.current().toByteArray());
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
      RocksMapTable.this.put(entryKey(cells.written(cell), userKey), value, stamp);
    }

    @Override
    public void remove(U userKey) {
      cells.column.delete(entryKey(cells.written(cell), userKey));
    }
  }

  /** Walks over one map. */
  private final class Cursor implements MapCursor<U, V> {
    private final Prefetch entries;
    private final int cellBytes;
    private final ByteView userKey = new ByteView();
    private U keyBefore;
    private U keyHere;
    private V valueHere;
    private long stampHere;

    Cursor(byte[] cell) {
      this.entries = new Prefetch(cells.column, cell, null);
      this.cellBytes = cell.length;
    }

    @Override
    public boolean advance() {
      if (!entries.advance()) {
        return false;
      }
      byte[] key = entries.key();
      keyBefore = keyHere;
      keyHere = userKeys.decode(userKey.set(key, cellBytes, key.length - cellBytes));
      ByteView stored = ByteView.of(entries.value());
      stampHere = cells.form.stamp(stored);
      valueHere = decode(stored);
      return true;
    }

    @Override
    public U key() {
      return keyHere;
    }

    @Override
    public U previousKey() {
      return keyBefore;
    }

    @Override
    public V value() {
      return valueHere;
    }

    @Override
    public long stamp() {
      return stampHere;
    }
  }

  @Override
  public MapCursor<U, V> entriesAt(TableCursor<K, N> at) {
    return new Cursor(cells.at(at));
  }

  @Override
  public byte[] lookup(ByteView key, ByteView namespace, long oldestLive) {
    ByteWriter cell = cells.of(key, namespace);
    if (cell == null) {
      return null;
    }
    ByteWriter found = new ByteWriter();
    Entry entry = new Entry();
    byte[] prefix = cell.toByteArray();
    try (EntryWalk walk = new EntryWalk(cells.form, cells.column.scan(prefix), prefix)) {
      while (walk.advance(entry)) {
        if (cells.form.stamped() && entry.stamp < oldestLive) {
          continue;
        }
        found.writeSized(entry.userKey);
        found.writeBoolean(entry.nullValue);
        if (!entry.nullValue) {
          found.writeSized(entry.value);
        }
      }
    }
    return found.position() == 0 ? null : found.toByteArray();
  }
}
