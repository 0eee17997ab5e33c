package io.streambed.flink.suite;

import io.streambed.flink.BytesBackendFactory;
import io.streambed.flink.StreambedStateBackend;

/** The same suite with a store of bytes, whose checkpoints are increments. */
class BytesMigrationSuiteTest extends MigrationSuiteTest {
  @Override
  protected StreambedStateBackend getStateBackend() {
    return BytesBackendFactory.backend();
  }
}
