package io.streambed.testkit.store;

import io.streambed.store.KeyedStoreFactory;

/** Looks from outside keep their contract over the byte store. */
class ByteStateQueryTest extends StateQueryContract {
  @Override
  protected KeyedStoreFactory factory() {
    return new ByteStoreFactory();
  }
}
