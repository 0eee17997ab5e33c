package io.streambed.testkit.heap;

import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.testkit.store.KeyedStoreSweepContract;

/** The heap store keeps the contract. */
class HeapKeyedStoreSweepTest extends KeyedStoreSweepContract {
  @Override
  protected KeyedStoreFactory factory() {
    return new HeapKeyedStoreFactory();
  }
}
