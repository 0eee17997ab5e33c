package io.streambed.heap;

import io.streambed.key.KeyContext;
import io.streambed.store.BoundMap;
import io.streambed.store.MapCursor;

/** The map of one key and namespace in a table of maps, looked up anew by each change. */
final class HeapBoundMap<K, N, U, V> implements BoundMap<U, V> {
  private final HeapMapTable<K, N, U, V> table;
  private final int keyGroup;
  private final K key;
  private final int keyHash;
  private final N namespace;

  /** Of the current key and namespace. */
  HeapBoundMap(HeapMapTable<K, N, U, V> table) {
    KeyContext<K> context = table.hash.context;
    this.table = table;
    this.keyGroup = context.keyGroup();
    this.key = context.key();
    this.keyHash = context.hash();
    this.namespace = table.hash.currentNamespace();
  }

  InnerMaps<U, V> maps() {
    return table.maps;
  }

  /** The map as it is now, or null. */
  InnerMap find() {
    Segment segment = segment();
    return segment == null ? null : table.foundMap(segment);
  }

  /** As {@link #find}, of a map that is there, for changes in place; its slots stay the same. */
  InnerMap writable() {
    return table.writableFoundMap(segment(), keyGroup);
  }

  private Segment segment() {
    table.hash.context.requireOpen();
    return table.hash.find(keyGroup, key, keyHash, namespace);
  }

  @Override
  public MapCursor<U, V> cursor() {
    InnerMap map = find();
    if (map == null) {
      return new EmptyCursor<>();
    }
    return map instanceof DenseMap dense
        ? new DenseCursor<>(this, dense)
        : new SegmentedCursor<>(this, (SegmentedMap) map);
  }

  @Override
  public void put(U userKey, V value, long stamp) {
    table.hash.context.requireOpen();
    table.maps.prepare(userKey, value);
    table.putPrepared(
        table.hash.findOrInsert(keyGroup, key, keyHash, namespace), userKey, value, stamp);
  }

  @Override
  public void remove(U userKey) {
    Segment segment = segment();
    if (segment != null) {
      table.removeFound(segment, keyGroup, userKey);
    }
  }

  /** The walk over a map that is not there. */
  static final class EmptyCursor<U, V> implements MapCursor<U, V> {
    @Override
    public boolean advance() {
      return false;
    }

    @Override
    public U key() {
      throw new IllegalStateException("there is no entry here");
    }

    @Override
    public U previousKey() {
      throw new IllegalStateException("there is no entry here");
    }

    @Override
    public V value() {
      throw new IllegalStateException("there is no entry here");
    }

    @Override
    public long stamp() {
      throw new IllegalStateException("there is no entry here");
    }
  }
}
