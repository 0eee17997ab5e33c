package io.streambed.store;

import io.streambed.entry.EntrySource;

/**
 * A store's contents at one moment. It stays as it is while the store goes on; several may live at
 * once. Everything it needs, serializers included, is its own.
 *
 * <p>Threading: one thread at a time, any thread. Closing lets the store write in place again; it
 * may happen at any time from any thread once no walk is under way, and is idempotent.
 */
public interface FrozenView extends EntrySource, AutoCloseable {
  @Override
  void close();
}
