package io.streambed.benchmarks;

import java.io.IOException;
import java.util.List;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.runtime.metrics.groups.UnregisteredMetricGroups;
import org.apache.flink.runtime.operators.testutils.MockEnvironment;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;
import org.apache.flink.runtime.state.CheckpointableKeyedStateBackend;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.KeyedStateBackendParametersImpl;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.StateBackendLoader;
import org.apache.flink.runtime.state.ttl.TtlTimeProvider;
import org.slf4j.LoggerFactory;

/** A keyed state backend as a task of Flink has it: all of 128 key groups, keyed by Long. */
final class Backend implements AutoCloseable {
  private static final int KEY_GROUPS = 128;

  private final MockEnvironment environment;
  private final CheckpointableKeyedStateBackend<Long> keyed;

  private Backend(MockEnvironment environment, CheckpointableKeyedStateBackend<Long> keyed) {
    this.environment = environment;
    this.keyed = keyed;
  }

  /**
   * Makes one.
   *
   * @param type as in {@code state.backend.type}: a short name or a factory's class name
   * @param managedBytes managed memory, for backends that keep state outside the heap
   */
  static Backend open(String type, long managedBytes) throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(StateBackendOptions.STATE_BACKEND, type);
    StateBackend loaded =
        StateBackendLoader.loadStateBackendFromConfig(
            configuration, Backend.class.getClassLoader(), LoggerFactory.getLogger(Backend.class));
    MockEnvironment environment =
        new MockEnvironmentBuilder()
            .setTaskName("bench")
            .setMaxParallelism(KEY_GROUPS)
            .setManagedMemorySize(managedBytes)
            .build();
    CheckpointableKeyedStateBackend<Long> keyed =
        loaded.createKeyedStateBackend(
            new KeyedStateBackendParametersImpl<>(
                environment,
                new JobID(),
                "bench",
                LongSerializer.INSTANCE,
                KEY_GROUPS,
                KeyGroupRange.of(0, KEY_GROUPS - 1),
                environment.getTaskKvStateRegistry(),
                TtlTimeProvider.DEFAULT,
                UnregisteredMetricGroups.createUnregisteredOperatorMetricGroup(),
                List.of(),
                new CloseableRegistry()));
    return new Backend(environment, keyed);
  }

  KeyedStateBackend<Long> keyed() {
    return keyed;
  }

  @Override
  public void close() throws IOException {
    // In the order in which a stream operator's state handler does it.
    keyed.close();
    keyed.dispose();
    try {
      environment.close();
    } catch (Exception e) {
      throw new IOException("closing the environment", e);
    }
  }
}
