package io.streambed.testkit.heap;

import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.testkit.store.KeyedStoreSnapshotContract;

/** The heap store keeps the contract. */
class HeapKeyedStoreSnapshotTest extends KeyedStoreSnapshotContract {
  @Override
  protected KeyedStoreFactory factory() {
    return new HeapKeyedStoreFactory();
  }
}
