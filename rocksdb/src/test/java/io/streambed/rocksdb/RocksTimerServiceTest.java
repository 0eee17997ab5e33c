package io.streambed.rocksdb;

import io.streambed.store.KeyedStoreFactory;
import io.streambed.testkit.store.TimerServiceContract;

/** The RocksDB store keeps the contract. */
class RocksTimerServiceTest extends TimerServiceContract implements RocksStores {
  @Override
  protected KeyedStoreFactory factory() {
    return FACTORY;
  }
}
