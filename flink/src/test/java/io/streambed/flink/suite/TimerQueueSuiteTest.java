package io.streambed.flink.suite;

import io.streambed.flink.StreambedStateBackend;
import java.io.IOException;
import java.util.List;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.runtime.operators.testutils.MockEnvironment;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;
import org.apache.flink.runtime.state.AbstractKeyedStateBackend;
import org.apache.flink.runtime.state.InternalPriorityQueue;
import org.apache.flink.runtime.state.InternalPriorityQueueTestBase;
import org.apache.flink.runtime.state.KeyedStateBackendParametersImpl;
import org.apache.flink.runtime.state.ttl.TtlTimeProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Flink's suite for timer queues. */
class TimerQueueSuiteTest extends InternalPriorityQueueTestBase {
  private MockEnvironment environment;
  private AbstractKeyedStateBackend<Long> backend;

  @BeforeEach
  void open() throws IOException {
    environment = new MockEnvironmentBuilder().build();
    backend =
        stateBackend()
            .createKeyedStateBackend(
                new KeyedStateBackendParametersImpl<>(
                    environment,
                    new JobID(),
                    "timers",
                    LongSerializer.INSTANCE,
                    KEY_GROUP_RANGE.getNumberOfKeyGroups(),
                    KEY_GROUP_RANGE,
                    environment.getTaskKvStateRegistry(),
                    TtlTimeProvider.DEFAULT,
                    new UnregisteredMetricsGroup(),
                    List.of(),
                    new CloseableRegistry()));
  }

  StreambedStateBackend stateBackend() {
    return new StreambedStateBackend();
  }

  @AfterEach
  void close() throws Exception {
    backend.close();
    environment.close();
  }

  @Override
  protected InternalPriorityQueue<TestElement> newPriorityQueue(int initialCapacity) {
    return backend.create("timers", TestElementSerializer.INSTANCE);
  }

  @Override
  protected boolean testSetSemanticsAgainstDuplicateElements() {
    return true;
  }
}
