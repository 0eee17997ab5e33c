package io.streambed.testkit.crash;

import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.testkit.damage.BackendUnderTest;

/** The heap store survives any crash. */
class LineCrashTest extends LineCrashContract {
  @Override
  protected BackendUnderTest backend() {
    return BackendUnderTest.of(new HeapKeyedStoreFactory());
  }
}
