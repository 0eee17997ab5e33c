package io.streambed.rocksdb;

import io.streambed.store.KeyedStoreFactory;
import io.streambed.testkit.store.RenamedStateContract;

/**
 * The RocksDB store keeps the contract. Some of the states share a column family, in which a
 * renamed one keeps its slot.
 */
class RocksRenamedStateTest extends RenamedStateContract implements RocksStores {
  @Override
  protected KeyedStoreFactory factory() {
    return FACTORY;
  }
}
