package io.streambed.testkit.store;

import io.streambed.store.KeyedStoreFactory;

/** The byte store keeps within its budget when it is told to. */
class ByteMemoryBudgetTest extends MemoryBudgetContract {
  @Override
  protected KeyedStoreFactory factory() {
    return ByteStoreFactory.leasing();
  }
}
