package io.streambed.ttl;

import io.streambed.bytes.ByteView;
import io.streambed.key.KeyContext;
import io.streambed.store.Fold;
import io.streambed.store.TableCursor;
import io.streambed.store.ValueTable;
import java.util.ArrayList;
import java.util.List;

/**
 * Single values that expire, over a table that keeps a timestamp with each. One look-up an access.
 *
 * @param <K> the type of the keys
 * @param <N> the type of the namespaces
 * @param <V> the type of the values
 */
public final class ExpiringValueTable<K, N, V> extends ValueTable<K, N, V> {
  private final ValueTable<K, N, V> stored;
  private final KeyContext<K> context;
  private final Lifetime life;

  /**
   * Values that expire.
   *
   * @param stored the store's table, with timestamps
   * @param context the store's
   * @param life how long they live
   */
  public ExpiringValueTable(ValueTable<K, N, V> stored, KeyContext<K> context, Lifetime life) {
    this.stored = stored;
    this.context = context;
    this.life = life;
  }

  @Override
  public V get() {
    return get(Long.MIN_VALUE);
  }

  @Override
  public V get(long oldestLive) {
    life.accessed(stored);
    long oldest = Math.max(oldestLive, life.oldestRead());
    if (!life.renewsOnRead()) {
      return stored.get(oldest);
    }
    V value = stored.renew(life.oldestLive(), life.stamp());
    return value == null || stored.stamp() < oldest ? null : value;
  }

  /** Where reading renews, each is looked up for itself. */
  @Override
  public List<V> getAll(List<? extends K> keys, long oldestLive) {
    if (!life.renewsOnRead()) {
      life.accessed(stored, keys.size());
      return stored.getAll(keys, Math.max(oldestLive, life.oldestRead()));
    }
    List<V> values = new ArrayList<>(keys.size());
    context.forEach(keys, () -> values.add(get(oldestLive)));
    return values;
  }

  @Override
  public long stamp() {
    return stored.stamp();
  }

  @Override
  public V renew(long oldestLive, long stamp) {
    V value = stored.renew(Math.max(oldestLive, life.oldestLive()), stamp);
    return value == null || stored.stamp() < life.oldestRead() ? null : value;
  }

  @Override
  public void put(V value, long stamp) {
    life.accessed(stored);
    stored.put(value, stamp);
  }

  @Override
  public void put(V value) {
    put(value, life.stamp());
  }

  @Override
  public <A> void fold(A argument, Fold<V, A> fold, long oldestLive, long stamp) {
    life.accessed(stored);
    stored.fold(argument, fold, Math.max(oldestLive, life.oldestRead()), stamp);
  }

  @Override
  public <A> void fold(A argument, Fold<V, A> fold) {
    fold(argument, fold, Long.MIN_VALUE, life.stamp());
  }

  @Override
  public V take(N from) {
    V taken = stored.take(from);
    return taken == null || stored.stamp() < life.oldestRead() ? null : taken;
  }

  @Override
  public V valueAt(TableCursor<K, N> at) {
    return stored.valueAt(ExpiringCursor.storedAt(at));
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
