package io.streambed.rocksdb;

import io.streambed.store.KeyedStoreFactory;
import io.streambed.testkit.store.KeyedStoreEvolutionContract;

/** The RocksDB store keeps the contract. */
class RocksKeyedStoreEvolutionTest extends KeyedStoreEvolutionContract implements RocksStores {
  @Override
  protected KeyedStoreFactory factory() {
    return FACTORY;
  }
}
