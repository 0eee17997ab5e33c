package io.streambed.store;

import io.streambed.key.KeyGroupRange;
import io.streambed.serial.Serializer;

/**
 * Makes keyed stores of one kind: the service-provider interface of stores.
 *
 * <p>Threading: any thread.
 */
public interface KeyedStoreFactory {
  /**
   * The store's name in options and messages.
   *
   * @return lower case, for instance {@code heap}
   */
  String name();

  /**
   * Whether stores draw on a budget of managed memory that the caller gives.
   *
   * @return true if so
   */
  boolean useManagedMemory();

  /**
   * An empty store.
   *
   * @param keySerializer of the keys; its type must have a key hasher
   * @param maxParallelism number of key groups of the job
   * @param range the key groups to own
   * @param <K> the type of the keys
   * @return a new store that the caller closes
   */
  <K> KeyedStore<K> create(Serializer<K> keySerializer, int maxParallelism, KeyGroupRange range);
}
