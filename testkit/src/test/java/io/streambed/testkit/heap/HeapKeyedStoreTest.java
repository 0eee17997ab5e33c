package io.streambed.testkit.heap;

import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.testkit.store.KeyedStoreContract;

/** The heap store keeps the contract. */
class HeapKeyedStoreTest extends KeyedStoreContract {
  @Override
  protected KeyedStoreFactory factory() {
    return new HeapKeyedStoreFactory();
  }
}
