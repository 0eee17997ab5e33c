package io.streambed.rocksdb;

import io.streambed.store.KeyedStoreFactory;
import io.streambed.testkit.store.KeyedStoreLoadContract;

/** The RocksDB store keeps the contract. */
class RocksKeyedStoreLoadTest extends KeyedStoreLoadContract implements RocksStores {
  @Override
  protected KeyedStoreFactory factory() {
    return FACTORY;
  }
}
