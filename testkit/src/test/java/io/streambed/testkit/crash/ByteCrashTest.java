package io.streambed.testkit.crash;

import io.streambed.testkit.damage.BackendUnderTest;
import io.streambed.testkit.store.ByteStoreFactory;

/**
 * The store of bytes survives any crash while its checkpoints share files. Not every remainder of
 * the disk, for it writes many files; all with {@code -Dstreambed.crash.remainders=1000}.
 */
class ByteCrashTest extends LineCrashContract {
  @Override
  protected BackendUnderTest backend() {
    return BackendUnderTest.of(ByteStoreFactory.incremental());
  }

  @Override
  protected int checkpoints() {
    return 3;
  }

  @Override
  protected int remainders() {
    return 2;
  }
}
