package io.streambed.testkit.heap;

import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.testkit.store.ValueTableContract;

/** The heap store keeps the contract. */
class HeapValueTableTest extends ValueTableContract {
  @Override
  protected KeyedStoreFactory factory() {
    return new HeapKeyedStoreFactory();
  }
}
