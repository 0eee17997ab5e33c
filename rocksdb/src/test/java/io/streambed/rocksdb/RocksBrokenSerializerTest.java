package io.streambed.rocksdb;

import io.streambed.store.KeyedStoreFactory;
import io.streambed.testkit.store.BrokenSerializerContract;

/** The RocksDB store keeps the contract. */
class RocksBrokenSerializerTest extends BrokenSerializerContract implements RocksStores {
  @Override
  protected KeyedStoreFactory factory() {
    return FACTORY;
  }
}
