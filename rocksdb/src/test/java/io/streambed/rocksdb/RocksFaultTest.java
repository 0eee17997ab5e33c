package io.streambed.rocksdb;

import io.streambed.testkit.crash.LineFaultContract;
import io.streambed.testkit.damage.BackendUnderTest;

/**
 * The RocksDB store survives any fault of the disk that its checkpoints are on. Not at every
 * operation, for each takes several databases; at all with {@code -Dstreambed.fault.every=1}.
 */
class RocksFaultTest extends LineFaultContract implements BriefStores {
  @Override
  public BackendUnderTest backend() {
    return BriefStores.super.backend();
  }

  @Override
  protected int every() {
    return 50;
  }
}
