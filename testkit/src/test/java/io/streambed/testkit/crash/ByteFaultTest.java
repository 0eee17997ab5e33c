package io.streambed.testkit.crash;

import io.streambed.testkit.damage.BackendUnderTest;
import io.streambed.testkit.store.ByteStoreFactory;

/**
 * The store of bytes survives any fault while its checkpoints share files. Not at every operation,
 * for it writes many files; at all with {@code -Dstreambed.fault.every=1}.
 */
class ByteFaultTest extends LineFaultContract {
  @Override
  protected BackendUnderTest backend() {
    return BackendUnderTest.of(ByteStoreFactory.incremental());
  }

  @Override
  protected int every() {
    return 11;
  }
}
