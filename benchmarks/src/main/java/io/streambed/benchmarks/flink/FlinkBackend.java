package io.streambed.benchmarks.flink;

import io.streambed.benchmarks.Backend;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.State;
import org.apache.flink.api.common.state.StateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.runtime.metrics.groups.UnregisteredMetricGroups;
import org.apache.flink.runtime.operators.testutils.MockEnvironment;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;
import org.apache.flink.runtime.state.CheckpointableKeyedStateBackend;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyedStateBackendParametersImpl;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.StateBackendLoader;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.runtime.state.internal.InternalValueState;
import org.apache.flink.runtime.state.ttl.TtlTimeProvider;
import org.apache.flink.streaming.api.operators.TimerSerializer;
import org.apache.flink.streaming.api.windowing.windows.TimeWindow;
import org.slf4j.LoggerFactory;

/** A keyed state backend as a task of Flink has it, with all of 128 key groups. */
final class FlinkBackend extends Backend {
  private static final int KEY_GROUPS = 128;

  private final MockEnvironment environment;
  private final CheckpointableKeyedStateBackend<Long> keyed;

  private FlinkBackend(MockEnvironment environment, CheckpointableKeyedStateBackend<Long> keyed) {
    this.environment = environment;
    this.keyed = keyed;
  }

  /**
   * Makes one.
   *
   * @param type as in {@code state.backend.type}: a short name or a factory's class name
   * @param managedBytes managed memory, for backends that keep state outside the heap
   */
  static FlinkBackend open(String type, long managedBytes) throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(StateBackendOptions.STATE_BACKEND, type);
    StateBackend loaded =
        StateBackendLoader.loadStateBackendFromConfig(
            configuration,
            FlinkBackend.class.getClassLoader(),
            LoggerFactory.getLogger(FlinkBackend.class));
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
    return new FlinkBackend(environment, keyed);
  }

  @Override
  public void setCurrentKey(Long key) {
    keyed.setCurrentKey(key);
  }

  private <S extends State> S state(StateDescriptor<S, ?> descriptor) throws Exception {
    return keyed.getPartitionedState(
        VoidNamespace.INSTANCE, VoidNamespaceSerializer.INSTANCE, descriptor);
  }

  @Override
  public OneValue values(String name) throws Exception {
    return new FlinkStates.Value(state(new ValueStateDescriptor<>(name, LongSerializer.INSTANCE)));
  }

  @Override
  public OneValue expiringValues(String name) throws Exception {
    ValueStateDescriptor<Long> descriptor =
        new ValueStateDescriptor<>(name, LongSerializer.INSTANCE);
    descriptor.enableTimeToLive(StateTtlConfig.newBuilder(Duration.ofDays(1)).build());
    return new FlinkStates.Value(state(descriptor));
  }

  @Override
  public OneMap maps(String name) throws Exception {
    return new FlinkStates.Entries(
        state(new MapStateDescriptor<>(name, LongSerializer.INSTANCE, LongSerializer.INSTANCE)));
  }

  @Override
  public OneList lists(String name) throws Exception {
    return new FlinkStates.Elements(
        state(new ListStateDescriptor<>(name, LongSerializer.INSTANCE)));
  }

  @Override
  @SuppressWarnings("unchecked")
  public WindowedValue<TimeWindow> windows(String name) throws Exception {
    return new FlinkStates.Windowed(
        (InternalValueState<Long, TimeWindow, Long>)
            keyed.getOrCreateKeyedState(
                new TimeWindow.Serializer(),
                new ValueStateDescriptor<>(name, LongSerializer.INSTANCE)));
  }

  @Override
  public Timers timers(String name) {
    return new FlinkTimers(
        keyed,
        keyed.create(
            name,
            new TimerSerializer<>(LongSerializer.INSTANCE, VoidNamespaceSerializer.INSTANCE)));
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
