package io.streambed.tracking;

import io.streambed.bytes.ByteView;
import io.streambed.store.BoundMap;
import io.streambed.store.MapCursor;
import io.streambed.store.MapTable;
import io.streambed.store.TableCursor;
import io.streambed.tracking.StateMetrics.Sizes;
import java.util.List;
import java.util.Map;

/** Maps of which some accesses are measured, over another table. Walks: {@link MapViews}. */
final class TrackedMapTable<K, N, U, V> extends MapTable<K, N, U, V> {
  private final MapTable<K, N, U, V> table;
  private final StateMetrics<U, V> metrics;
  private final Operation get;
  private final Operation put;
  private final Operation putAll;
  private final Operation remove;
  private final Operation contains;
  private final Operation isEmpty;
  private final Operation clear;

  TrackedMapTable(MapTable<K, N, U, V> table, StateMetrics<U, V> metrics) {
    this.table = table;
    this.metrics = metrics;
    this.get = metrics.operation("Get", Sizes.KEY_AND_VALUE);
    this.put = metrics.operation("Put", Sizes.KEY_AND_VALUE);
    this.putAll = metrics.operation("PutAll", "Put", Sizes.KEY_AND_VALUE);
    this.remove = metrics.operation("Remove", Sizes.KEY);
    this.contains = metrics.operation("Contains", Sizes.KEY);
    this.isEmpty = metrics.operation("IsEmpty", Sizes.KEY);
    this.clear = metrics.operation(StateMetrics.CLEAR);
  }

  private long sizeOfKey() {
    return metrics.sizeOfKey(table.namespace());
  }

  @Override
  public V get(U userKey) {
    long begin = get.begin();
    V value = table.get(userKey);
    if (get.ended(begin)) {
      metrics.keySize(get, sizeOfKey(), userKey);
      metrics.valueSize(get, value);
    }
    return value;
  }

  @Override
  public void put(U userKey, V value) {
    if (put.measuresSizesNext()) {
      metrics.keySize(put, sizeOfKey(), userKey);
      metrics.valueSize(put, value);
    }
    long begin = put.begin();
    table.put(userKey, value);
    put.ended(begin);
  }

  @Override
  public void putAll(Map<? extends U, ? extends V> map) {
    if (putAll.measuresSizesNext()) {
      long sizeOfKey = sizeOfKey();
      map.forEach(
          (userKey, value) -> {
            metrics.keySize(putAll, sizeOfKey, userKey);
            metrics.valueSize(putAll, value);
          });
    }
    long begin = putAll.begin();
    table.putAll(map);
    putAll.ended(begin);
  }

  @Override
  public void remove(U userKey) {
    if (remove.measuresSizesNext()) {
      metrics.keySize(remove, sizeOfKey(), userKey);
    }
    long begin = remove.begin();
    table.remove(userKey);
    remove.ended(begin);
  }

  @Override
  public boolean contains(U userKey) {
    long begin = contains.begin();
    boolean found = table.contains(userKey);
    if (contains.ended(begin)) {
      metrics.keySize(contains, sizeOfKey(), userKey);
    }
    return found;
  }

  @Override
  public boolean isEmpty() {
    long begin = isEmpty.begin();
    boolean empty = table.isEmpty();
    if (isEmpty.ended(begin)) {
      metrics.keySize(isEmpty, table.namespace());
    }
    return empty;
  }

  @Override
  public void clear() {
    long begin = clear.begin();
    table.clear();
    clear.ended(begin);
  }

  // ---- not measured

  @Override
  public List<V> getAll(List<? extends U> userKeys, long oldestLive) {
    return table.getAll(userKeys, oldestLive);
  }

  @Override
  public List<V> getAll(List<? extends U> userKeys) {
    return table.getAll(userKeys);
  }

  @Override
  public long stamp() {
    return table.stamp();
  }

  @Override
  public V renew(U userKey, long oldestLive, long stamp) {
    return table.renew(userKey, oldestLive, stamp);
  }

  @Override
  public void put(U userKey, V value, long stamp) {
    table.put(userKey, value, stamp);
  }

  @Override
  public void putAll(Map<? extends U, ? extends V> map, long stamp) {
    table.putAll(map, stamp);
  }

  @Override
  public BoundMap<U, V> bound() {
    return table.bound();
  }

  @Override
  public MapCursor<U, V> entriesAt(TableCursor<K, N> at) {
    return table.entriesAt(at);
  }

  @Override
  public N namespace() {
    return table.namespace();
  }

  @Override
  protected void namespaceChanged(N newNamespace) {
    table.namespace(newNamespace);
  }

  @Override
  public boolean sweep(TableCursor<K, N> at, long oldestLive) {
    return table.sweep(at, oldestLive);
  }

  @Override
  public long entries() {
    return table.entries();
  }

  @Override
  public TableCursor<K, N> cursor() {
    return table.cursor();
  }

  @Override
  public byte[] lookup(ByteView key, ByteView namespace, long oldestLive) {
    return table.lookup(key, namespace, oldestLive);
  }
}
