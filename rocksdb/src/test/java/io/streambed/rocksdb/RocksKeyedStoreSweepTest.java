package io.streambed.rocksdb;

import io.streambed.store.KeyedStoreFactory;
import io.streambed.testkit.store.KeyedStoreSweepContract;

/** The RocksDB store keeps the contract. */
class RocksKeyedStoreSweepTest extends KeyedStoreSweepContract implements RocksStores {
  @Override
  protected KeyedStoreFactory factory() {
    return FACTORY;
  }
}
