package io.streambed.testkit.store;

import io.streambed.store.KeyedStoreFactory;

/** The byte store with files of its own keeps the contract. */
class IncrementalByteKeyedStoreTest extends KeyedStoreContract {
  @Override
  protected KeyedStoreFactory factory() {
    return ByteStoreFactory.incremental();
  }
}
