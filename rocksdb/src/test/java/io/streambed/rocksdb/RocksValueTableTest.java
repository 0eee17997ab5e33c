package io.streambed.rocksdb;

import io.streambed.store.KeyedStoreFactory;
import io.streambed.testkit.store.ValueTableContract;

/** The RocksDB store keeps the contract. */
class RocksValueTableTest extends ValueTableContract implements RocksStores {
  @Override
  protected KeyedStoreFactory factory() {
    return FACTORY;
  }
}
