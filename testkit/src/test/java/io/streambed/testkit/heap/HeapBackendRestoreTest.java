package io.streambed.testkit.heap;

import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.testkit.store.BackendRestoreContract;

/** A backend over the heap store keeps the contract of restores. */
class HeapBackendRestoreTest extends BackendRestoreContract {
  @Override
  protected KeyedStoreFactory factory() {
    return new HeapKeyedStoreFactory();
  }
}
