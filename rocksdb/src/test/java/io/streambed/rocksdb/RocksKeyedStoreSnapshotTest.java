package io.streambed.rocksdb;

import io.streambed.store.KeyedStoreFactory;
import io.streambed.testkit.store.KeyedStoreSnapshotContract;

/** The RocksDB store keeps the contract. */
class RocksKeyedStoreSnapshotTest extends KeyedStoreSnapshotContract implements RocksStores {
  @Override
  protected KeyedStoreFactory factory() {
    return FACTORY;
  }
}
