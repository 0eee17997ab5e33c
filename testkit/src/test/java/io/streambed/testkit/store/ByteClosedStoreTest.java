package io.streambed.testkit.store;

import io.streambed.store.KeyedStoreFactory;

/** The kinds keep their contract over the byte store. */
class ByteClosedStoreTest extends ClosedStoreContract {
  @Override
  protected KeyedStoreFactory factory() {
    return new ByteStoreFactory();
  }
}
