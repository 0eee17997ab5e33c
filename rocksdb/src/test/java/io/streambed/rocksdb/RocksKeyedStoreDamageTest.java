package io.streambed.rocksdb;

import io.streambed.store.KeyedStoreFactory;
import io.streambed.testkit.store.KeyedStoreDamageContract;

/** The RocksDB store keeps the contract. */
class RocksKeyedStoreDamageTest extends KeyedStoreDamageContract implements RocksStores {
  @Override
  protected KeyedStoreFactory factory() {
    return FACTORY;
  }
}
