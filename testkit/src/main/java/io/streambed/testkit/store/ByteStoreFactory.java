package io.streambed.testkit.store;

import io.streambed.key.KeyGroupRange;
import io.streambed.serial.Serializer;
import io.streambed.store.KeyedStore;
import io.streambed.store.KeyedStoreFactory;

/**
 * Makes {@code ByteStore}s: the plainest store that keeps the contract, all bytes in one sorted
 * map. For tests: to compare another store with, and to find serializers that work only while
 * nobody calls them.
 */
public final class ByteStoreFactory implements KeyedStoreFactory {

  /** The factory; it has no settings. */
  public ByteStoreFactory() {}

  @Override
  public String name() {
    return "bytes";
  }

  @Override
  public boolean useManagedMemory() {
    return false;
  }

  @Override
  public <K> KeyedStore<K> create(
      Serializer<K> keySerializer, int maxParallelism, KeyGroupRange range) {
    return new ByteStore<>(keySerializer, maxParallelism, range);
  }
}
