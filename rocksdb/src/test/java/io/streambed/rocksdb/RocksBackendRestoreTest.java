package io.streambed.rocksdb;

import io.streambed.store.KeyedStoreFactory;
import io.streambed.testkit.store.BackendRestoreContract;

/** A backend over the RocksDB store, whose checkpoints are increments, keeps the contract. */
class RocksBackendRestoreTest extends BackendRestoreContract implements RocksStores {
  @Override
  protected KeyedStoreFactory factory() {
    return FACTORY;
  }
}
