package io.streambed.rocksdb;

import io.streambed.store.KeyedStoreFactory;
import io.streambed.testkit.store.MapTableContract;

/** The RocksDB store keeps the contract. */
class RocksMapTableTest extends MapTableContract implements RocksStores {
  @Override
  protected KeyedStoreFactory factory() {
    return FACTORY;
  }
}
