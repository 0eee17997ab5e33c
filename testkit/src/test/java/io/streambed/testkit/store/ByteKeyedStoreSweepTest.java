package io.streambed.testkit.store;

import io.streambed.store.KeyedStoreFactory;

/** The byte store keeps the contract. */
class ByteKeyedStoreSweepTest extends KeyedStoreSweepContract {
  @Override
  protected KeyedStoreFactory factory() {
    return new ByteStoreFactory();
  }
}
