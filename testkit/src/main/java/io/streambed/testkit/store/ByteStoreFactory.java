package io.streambed.testkit.store;

import io.streambed.store.KeyedStore;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.store.StoreContext;
import io.streambed.store.StoreDescription;

/**
 * Makes {@code ByteStore}s: the plainest store that keeps the contract, all bytes in one sorted
 * map. For tests: to compare another store with, and to find serializers that work only while
 * nobody calls them.
 */
public final class ByteStoreFactory implements KeyedStoreFactory {
  private static final StoreDescription DESCRIPTION = new StoreDescription("bytes");

  /** The factory; it has no settings. */
  public ByteStoreFactory() {}

  @Override
  public StoreDescription description() {
    return DESCRIPTION;
  }

  @Override
  public <K> KeyedStore<K> create(StoreContext<K> context) {
    return new ByteStore<>(context);
  }
}
