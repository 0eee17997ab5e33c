package io.streambed.rocksdb;

import io.streambed.store.KeyedStoreFactory;
import io.streambed.testkit.store.MapKindContract;

/** The RocksDB store keeps the contract. */
class RocksMapKindTest extends MapKindContract implements RocksStores {
  @Override
  protected KeyedStoreFactory factory() {
    return FACTORY;
  }
}
