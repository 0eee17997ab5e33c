package io.streambed.testkit.heap;

import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.testkit.store.OrderedSetContract;

/** The heap store keeps the contract. */
class HeapOrderedSetTest extends OrderedSetContract {
  @Override
  protected KeyedStoreFactory factory() {
    return new HeapKeyedStoreFactory();
  }
}
