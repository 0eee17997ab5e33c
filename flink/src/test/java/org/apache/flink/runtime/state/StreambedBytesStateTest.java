package org.apache.flink.runtime.state;

import io.streambed.flink.BytesBackendFactory;
import io.streambed.flink.StreambedStateBackend;
import io.streambed.flink.suite.StateSuiteTest;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.TestTemplate;

/**
 * Flink's suite for state with a store of bytes, whose checkpoints are increments. In the suite's
 * package, for one test is not public.
 */
class StreambedBytesStateTest extends StateSuiteTest {
  @Override
  protected StreambedStateBackend getStateBackend() {
    return BytesBackendFactory.backend();
  }

  @Override
  @TestTemplate
  @Disabled("testkit's store of bytes is for one thread; here another one queries it")
  void testValueStateRace() {}
}
