package io.streambed.testkit.store;

import io.streambed.store.KeyedStoreFactory;

/** The byte store keeps the contract. */
class ByteKeyedStoreEvolutionTest extends KeyedStoreEvolutionContract {
  @Override
  protected KeyedStoreFactory factory() {
    return new ByteStoreFactory();
  }
}
