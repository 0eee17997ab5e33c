package io.streambed.rocksdb;

import io.streambed.testkit.crash.LineCrashContract;
import io.streambed.testkit.damage.BackendUnderTest;

/**
 * The RocksDB store survives any crash: checkpoints on a simulated disk, databases on a real one.
 * Few checkpoints and one remainder at each operation, for each takes several databases; more with
 * {@code -Dstreambed.crash.checkpoints=4 -Dstreambed.crash.remainders=15}.
 */
class RocksCrashTest extends LineCrashContract implements BriefStores {
  @Override
  public BackendUnderTest backend() {
    return BriefStores.super.backend();
  }

  @Override
  protected int checkpoints() {
    return 2;
  }

  @Override
  protected int remainders() {
    return 1;
  }
}
