package org.apache.flink.runtime.state.ttl;

import io.streambed.flink.BytesBackendFactory;
import org.apache.flink.runtime.state.StateBackend;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.TestTemplate;

/** The same suite with a store of bytes, whose checkpoints are increments. */
class StreambedBytesTtlStateTest extends StreambedTtlStateTest {
  private static final String KEPT =
      "increments keep what has expired, as those of Flink's RocksDB do";

  @Override
  protected StateBackendTestContext createStateBackendTestContext(TtlTimeProvider timeProvider) {
    return new StateBackendTestContext(timeProvider) {
      @Override
      protected StateBackend createStateBackend() {
        return BytesBackendFactory.backend();
      }
    };
  }

  @Override
  @TestTemplate
  @Disabled(KEPT)
  protected void testMultipleKeysWithSnapshotCleanup() {}

  @Override
  @TestTemplate
  @Disabled(KEPT)
  protected void testMultipleNamespacesWithSnapshotCleanup() {}
}
