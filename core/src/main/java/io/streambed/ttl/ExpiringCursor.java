package io.streambed.ttl;

import io.streambed.store.Table;
import io.streambed.store.TableCursor;

/** Walks over the keys and namespaces that have something alive; removes what is expired there. */
final class ExpiringCursor<K, N> implements TableCursor<K, N> {
  private final Table<K, N> table;
  private final TableCursor<K, N> stored;
  private final Lifetime life;

  ExpiringCursor(Table<K, N> table, Lifetime life) {
    this.table = table;
    this.stored = table.cursor();
    this.life = life;
  }

  /** The walk over the store's table that a walk over an expiring one is made of. */
  static <K, N> TableCursor<K, N> storedAt(TableCursor<K, N> at) {
    return ((ExpiringCursor<K, N>) at).stored;
  }

  @Override
  public boolean advance() {
    while (stored.advance()) {
      if (!life.hidesExpired() || table.sweep(stored, life.oldestLive())) {
        return true;
      }
    }
    return false;
  }

  @Override
  public K key() {
    return stored.key();
  }

  @Override
  public N namespace() {
    return stored.namespace();
  }
}
