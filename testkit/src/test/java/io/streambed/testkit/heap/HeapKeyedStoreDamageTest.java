package io.streambed.testkit.heap;

import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.testkit.store.KeyedStoreDamageContract;

/** The heap store keeps the contract. */
class HeapKeyedStoreDamageTest extends KeyedStoreDamageContract {
  @Override
  protected KeyedStoreFactory factory() {
    return new HeapKeyedStoreFactory();
  }
}
