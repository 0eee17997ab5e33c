package io.streambed.flink.suite;

import io.streambed.flink.BytesBackendFactory;
import io.streambed.flink.StreambedStateBackend;

/** The same suite with a store of bytes. */
class BytesTimerQueueSuiteTest extends TimerQueueSuiteTest {
  @Override
  StreambedStateBackend stateBackend() {
    return BytesBackendFactory.backend();
  }
}
