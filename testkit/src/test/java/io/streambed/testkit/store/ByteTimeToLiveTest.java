package io.streambed.testkit.store;

import io.streambed.store.KeyedStoreFactory;

/** State in the byte store expires as it has to. */
class ByteTimeToLiveTest extends TimeToLiveContract {
  @Override
  protected KeyedStoreFactory factory() {
    return new ByteStoreFactory();
  }
}
