package io.streambed.ttl;

import io.streambed.bytes.ByteView;
import io.streambed.store.BoundMap;
import io.streambed.store.MapCursor;
import io.streambed.store.MapTable;
import io.streambed.store.TableCursor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Maps whose entries expire one by one, over a table that keeps a timestamp with each.
 *
 * @param <K> the type of the keys
 * @param <N> the type of the namespaces
 * @param <U> the type of the user keys
 * @param <V> the type of the values
 */
public final class ExpiringMapTable<K, N, U, V> extends MapTable<K, N, U, V> {
  private final MapTable<K, N, U, V> stored;
  private final Lifetime life;

  /**
   * Maps of entries that expire.
   *
   * @param stored the store's table, with timestamps
   * @param life how long entries live
   */
  public ExpiringMapTable(MapTable<K, N, U, V> stored, Lifetime life) {
    this.stored = stored;
    this.life = life;
  }

  @Override
  public V get(U userKey) {
    life.accessed(stored);
    V value =
        life.renewsOnRead()
            ? stored.renew(userKey, life.oldestLive(), life.stamp())
            : stored.get(userKey);
    return value == null || stored.stamp() < life.oldestRead() ? null : value;
  }

  /** Where reading renews, each is looked up for itself. */
  @Override
  public List<V> getAll(List<? extends U> userKeys, long oldestLive) {
    if (!life.renewsOnRead()) {
      life.accessed(stored, userKeys.size());
      return stored.getAll(userKeys, Math.max(oldestLive, life.oldestRead()));
    }
    List<V> values = new ArrayList<>(userKeys.size());
    for (U userKey : userKeys) {
      V value = get(userKey);
      values.add(stored.stamp() < oldestLive ? null : value);
    }
    return values;
  }

  @Override
  public long stamp() {
    return stored.stamp();
  }

  @Override
  public V renew(U userKey, long oldestLive, long stamp) {
    V value = stored.renew(userKey, Math.max(oldestLive, life.oldestLive()), stamp);
    return value == null || stored.stamp() < life.oldestRead() ? null : value;
  }

  @Override
  public boolean contains(U userKey) {
    life.accessed(stored);
    if (!stored.contains(userKey) || stored.stamp() < life.oldestRead()) {
      return false;
    }
    if (life.renewsOnRead()) {
      stored.renew(userKey, life.oldestLive(), life.stamp());
    }
    return true;
  }

  @Override
  public void put(U userKey, V value, long stamp) {
    life.accessed(stored);
    stored.put(userKey, value, stamp);
  }

  @Override
  public void put(U userKey, V value) {
    put(userKey, value, life.stamp());
  }

  @Override
  public void putAll(Map<? extends U, ? extends V> map, long stamp) {
    life.accessed(stored);
    stored.putAll(map, stamp);
  }

  @Override
  public void putAll(Map<? extends U, ? extends V> map) {
    putAll(map, life.stamp());
  }

  @Override
  public void remove(U userKey) {
    stored.remove(userKey);
  }

  @Override
  public boolean isEmpty() {
    return stored.isEmpty() || !new Alive<>(stored.bound().cursor(), life, null).advance();
  }

  @Override
  public BoundMap<U, V> bound() {
    life.accessed(stored);
    return new Bound<>(stored.bound(), life);
  }

  @Override
  public MapCursor<U, V> entriesAt(TableCursor<K, N> at) {
    return new Alive<>(stored.entriesAt(ExpiringCursor.storedAt(at)), life, null);
  }

  /** One map. */
  private record Bound<U, V>(BoundMap<U, V> stored, Lifetime life) implements BoundMap<U, V> {
    @Override
    public MapCursor<U, V> cursor() {
      return new Alive<>(stored.cursor(), life, life.renewsOnRead() ? stored : null);
    }

    @Override
    public void put(U userKey, V value, long stamp) {
      stored.put(userKey, value, stamp);
    }

    @Override
    public void put(U userKey, V value) {
      stored.put(userKey, value, life.stamp());
    }

    @Override
    public void remove(U userKey) {
      stored.remove(userKey);
    }
  }

  /** A walk that passes over what is expired, and renews what it gives if reading does so. */
  private static final class Alive<U, V> implements MapCursor<U, V> {
    private final MapCursor<U, V> stored;
    private final Lifetime life;

    /** Null if reading does not renew. */
    private final BoundMap<U, V> renewed;

    private U key;
    private U previousKey;
    private boolean given = true;

    Alive(MapCursor<U, V> stored, Lifetime life, BoundMap<U, V> renewed) {
      this.stored = stored;
      this.life = life;
      this.renewed = renewed;
    }

    @Override
    public boolean advance() {
      previousKey = key;
      while (stored.advance()) {
        if (stored.stamp() >= life.oldestRead()) {
          key = stored.key();
          given = false;
          return true;
        }
      }
      return false;
    }

    /** An entry is read once somebody asks for a part of it: who only looks ahead reads nothing. */
    private void give() {
      if (!given) {
        given = true;
        long stamp = stored.stamp();
        if (renewed != null && stamp < life.stamp() && stamp >= life.oldestLive()) {
          renewed.put(key, stored.value(), life.stamp());
        }
      }
    }

    @Override
    public U key() {
      give();
      return key;
    }

    @Override
    public U previousKey() {
      return previousKey;
    }

    @Override
    public V value() {
      give();
      return stored.value();
    }

    @Override
    public long stamp() {
      return stored.stamp();
    }
  }

  @Override
  public N namespace() {
    return stored.namespace();
  }

  @Override
  protected void namespaceChanged(N newNamespace) {
    stored.namespace(newNamespace);
  }

  @Override
  public void clear() {
    stored.clear();
  }

  @Override
  public boolean sweep(TableCursor<K, N> at, long oldestLive) {
    return stored.sweep(ExpiringCursor.storedAt(at), oldestLive);
  }

  @Override
  public long entries() {
    return stored.entries();
  }

  @Override
  public TableCursor<K, N> cursor() {
    return new ExpiringCursor<>(stored, life);
  }

  @Override
  public byte[] lookup(ByteView key, ByteView namespace, long oldestLive) {
    return stored.lookup(key, namespace, Math.max(oldestLive, life.oldestRead()));
  }
}
