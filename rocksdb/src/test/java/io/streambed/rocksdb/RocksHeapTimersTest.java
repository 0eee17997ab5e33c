package io.streambed.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.file.LocalFileSystem;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.testkit.store.OrderedSetContract;
import org.junit.jupiter.api.AfterAll;

/** Queues with all timers on the heap keep the contract, too. */
class RocksHeapTimersTest extends OrderedSetContract {
  private static final RocksKeyedStoreFactory FACTORY =
      new RocksKeyedStoreFactory(
          new LocalFileSystem(),
          RocksOptions.in(RocksStores.directory("heap-timers"))
              .withTimersPerKeyGroup(RocksOptions.ALL_TIMERS));

  @Override
  protected KeyedStoreFactory factory() {
    return FACTORY;
  }

  @AfterAll
  static void nothingNative_isLeftOpen() {
    assertThat(FACTORY.openNativeHandles()).isZero();
  }
}
