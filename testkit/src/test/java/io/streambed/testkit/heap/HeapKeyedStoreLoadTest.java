package io.streambed.testkit.heap;

import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.testkit.store.KeyedStoreLoadContract;

/** The heap store keeps the contract. */
class HeapKeyedStoreLoadTest extends KeyedStoreLoadContract {
  @Override
  protected KeyedStoreFactory factory() {
    return new HeapKeyedStoreFactory();
  }
}
