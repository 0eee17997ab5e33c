package io.streambed.heap;

import io.streambed.key.KeyGroupRange;
import io.streambed.serial.Serializer;
import io.streambed.store.KeyedStore;
import io.streambed.store.KeyedStoreFactory;

/** Makes stores that keep keyed state on the Java heap. */
public final class HeapKeyedStoreFactory implements KeyedStoreFactory {

  /** The factory; it has no settings. */
  public HeapKeyedStoreFactory() {}

  @Override
  public String name() {
    return "heap";
  }

  @Override
  public boolean useManagedMemory() {
    return false;
  }

  @Override
  public <K> KeyedStore<K> create(
      Serializer<K> keySerializer, int maxParallelism, KeyGroupRange range) {
    return new HeapKeyedStore<>(keySerializer, maxParallelism, range);
  }
}
