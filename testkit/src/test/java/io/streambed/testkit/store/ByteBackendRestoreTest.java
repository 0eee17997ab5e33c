package io.streambed.testkit.store;

import io.streambed.store.KeyedStoreFactory;

/** A backend over the byte store, whose checkpoints are increments, keeps the contract. */
class ByteBackendRestoreTest extends BackendRestoreContract {
  @Override
  protected KeyedStoreFactory factory() {
    return ByteStoreFactory.incremental();
  }
}
