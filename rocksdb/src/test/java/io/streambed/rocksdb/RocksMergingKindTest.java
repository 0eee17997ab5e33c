package io.streambed.rocksdb;

import io.streambed.store.KeyedStoreFactory;
import io.streambed.testkit.store.MergingKindContract;

/** The RocksDB store keeps the contract. */
class RocksMergingKindTest extends MergingKindContract implements RocksStores {
  @Override
  protected KeyedStoreFactory factory() {
    return FACTORY;
  }
}
