package io.streambed.testkit.store;

import io.streambed.store.KeyedStoreFactory;

/** The byte store keeps the contract. */
class ByteBrokenSerializerTest extends BrokenSerializerContract {
  @Override
  protected KeyedStoreFactory factory() {
    return new ByteStoreFactory();
  }
}
