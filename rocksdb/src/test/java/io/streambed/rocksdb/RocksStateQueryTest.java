package io.streambed.rocksdb;

import io.streambed.store.KeyedStoreFactory;
import io.streambed.testkit.store.StateQueryContract;

/** Looks from outside keep their contract over the RocksDB store. */
class RocksStateQueryTest extends StateQueryContract implements RocksStores {
  @Override
  protected KeyedStoreFactory factory() {
    return FACTORY;
  }
}
