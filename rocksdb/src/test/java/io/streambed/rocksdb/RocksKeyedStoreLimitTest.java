package io.streambed.rocksdb;

import io.streambed.store.KeyedStoreFactory;
import io.streambed.testkit.store.KeyedStoreLimitContract;

/** The RocksDB store keeps the contract. */
class RocksKeyedStoreLimitTest extends KeyedStoreLimitContract implements RocksStores {
  @Override
  protected KeyedStoreFactory factory() {
    return FACTORY;
  }
}
