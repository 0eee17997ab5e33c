package io.streambed.testkit.store;

import io.streambed.store.KeyedStoreFactory;

/** The byte store keeps the contract, with containers and with files of its own. */
class ByteRenamedStateTest extends RenamedStateContract {
  @Override
  protected KeyedStoreFactory factory() {
    return ByteStoreFactory.incremental();
  }
}
