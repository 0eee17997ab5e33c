package io.streambed.rocksdb;

import io.streambed.store.KeyedStoreFactory;
import io.streambed.testkit.store.KeyedStoreExpiryContract;

/** The RocksDB store keeps the contract. */
class RocksKeyedStoreExpiryTest extends KeyedStoreExpiryContract implements RocksStores {
  @Override
  protected KeyedStoreFactory factory() {
    return FACTORY;
  }
}
