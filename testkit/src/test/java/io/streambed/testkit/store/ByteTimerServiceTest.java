package io.streambed.testkit.store;

import io.streambed.store.KeyedStoreFactory;

/** Timers keep their contract over the byte store. */
class ByteTimerServiceTest extends TimerServiceContract {
  @Override
  protected KeyedStoreFactory factory() {
    return new ByteStoreFactory();
  }
}
