package io.streambed.rocksdb;

import io.streambed.store.KeyedStoreFactory;
import io.streambed.testkit.store.ClosedStoreContract;

/** The RocksDB store keeps the contract. */
class RocksClosedStoreTest extends ClosedStoreContract implements RocksStores {
  @Override
  protected KeyedStoreFactory factory() {
    return FACTORY;
  }
}
