package io.streambed.rocksdb;

import io.streambed.store.KeyedStoreFactory;
import io.streambed.testkit.store.OrderedSetContract;

/** The RocksDB store keeps the contract. */
class RocksOrderedSetTest extends OrderedSetContract implements RocksStores {
  @Override
  protected KeyedStoreFactory factory() {
    return FACTORY;
  }
}
