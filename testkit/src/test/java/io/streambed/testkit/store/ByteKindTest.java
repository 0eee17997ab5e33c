package io.streambed.testkit.store;

import io.streambed.store.KeyedStoreFactory;

/** The kinds keep their contract over the byte store. */
class ByteKindTest extends KindContract {
  @Override
  protected KeyedStoreFactory factory() {
    return new ByteStoreFactory();
  }
}
