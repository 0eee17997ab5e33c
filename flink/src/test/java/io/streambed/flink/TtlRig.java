package io.streambed.flink;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.RunnableFuture;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.functions.AggregateFunction;
import org.apache.flink.api.common.state.AggregatingStateDescriptor;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ReducingStateDescriptor;
import org.apache.flink.api.common.state.State;
import org.apache.flink.api.common.state.StateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.runtime.checkpoint.CheckpointOptions;
import org.apache.flink.runtime.checkpoint.SavepointType;
import org.apache.flink.runtime.operators.testutils.MockEnvironment;
import org.apache.flink.runtime.state.AbstractKeyedStateBackend;
import org.apache.flink.runtime.state.CheckpointStorageLocationReference;
import org.apache.flink.runtime.state.CheckpointStreamFactory;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyedStateBackendParametersImpl;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.SavepointResources;
import org.apache.flink.runtime.state.SnapshotResult;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.runtime.state.memory.MemCheckpointStreamFactory;

/**
 * Keyed backends with a time to live on every kind of state, under a clock that tests set. What key
 * number i has was put at {@link #START} + i.
 */
final class TtlRig implements AutoCloseable {
  static final KeyGroupRange RANGE = KeyGroupRange.of(0, 5);
  static final int KEYS = 12;
  static final long START = 1_000;
  static final long TTL_MILLIS = 100;

  private final MockEnvironment environment = MockEnvironment.builder().build();
  private final CheckpointStreamFactory streams = new MemCheckpointStreamFactory(1 << 20);
  private final List<AbstractKeyedStateBackend<String>> open = new ArrayList<>();
  long now = START;

  static StateTtlConfig.Builder ttl() {
    return StateTtlConfig.newBuilder(java.time.Duration.ofMillis(TTL_MILLIS))
        .disableCleanupInBackground();
  }

  AbstractKeyedStateBackend<String> create(StateBackend of, KeyedStateHandle... restored)
      throws Exception {
    AbstractKeyedStateBackend<String> backend =
        (AbstractKeyedStateBackend<String>)
            of.<String>createKeyedStateBackend(
                new KeyedStateBackendParametersImpl<>(
                    environment,
                    new JobID(7, 7),
                    "operator-7",
                    StringSerializer.INSTANCE,
                    RANGE.getNumberOfKeyGroups(),
                    RANGE,
                    environment.getTaskKvStateRegistry(),
                    () -> now,
                    new UnregisteredMetricsGroup(),
                    List.of(restored),
                    new CloseableRegistry()));
    open.add(backend);
    return backend;
  }

  AbstractKeyedStateBackend<String> create(KeyedStateHandle... restored) throws Exception {
    return create(new StreambedStateBackend(), restored);
  }

  private static <S extends State> S state(
      AbstractKeyedStateBackend<String> backend,
      StateDescriptor<S, ?> descriptor,
      StateTtlConfig config)
      throws Exception {
    if (config != null) {
      descriptor.enableTimeToLive(config);
    }
    return backend.getPartitionedState(
        VoidNamespace.INSTANCE, VoidNamespaceSerializer.INSTANCE, descriptor);
  }

  /** The states of a backend; without a configuration, they have no time to live. */
  record States(
      org.apache.flink.api.common.state.ValueState<Long> number,
      org.apache.flink.api.common.state.ValueState<String> text,
      org.apache.flink.api.common.state.ListState<String> list,
      org.apache.flink.api.common.state.MapState<Integer, String> map,
      org.apache.flink.api.common.state.ReducingState<Long> sum,
      org.apache.flink.api.common.state.AggregatingState<Integer, String> joined) {
    static States of(AbstractKeyedStateBackend<String> backend, StateTtlConfig config)
        throws Exception {
      return new States(
          state(backend, new ValueStateDescriptor<>("number", Types.LONG), config),
          state(backend, new ValueStateDescriptor<>("text", Types.STRING), config),
          state(backend, new ListStateDescriptor<>("list", Types.STRING), config),
          state(backend, new MapStateDescriptor<>("map", Types.INT, Types.STRING), config),
          state(backend, new ReducingStateDescriptor<>("sum", Long::sum, Types.LONG), config),
          state(
              backend,
              new AggregatingStateDescriptor<>("joined", new Joining(), Types.STRING),
              config));
    }

    /** What the current key has, as text. */
    String read() throws Exception {
      List<String> elements = new ArrayList<>();
      if (list.get() != null) {
        list.get().forEach(elements::add);
      }
      Map<Integer, String> entries = new TreeMap<>();
      for (Map.Entry<Integer, String> entry : map.entries()) {
        entries.put(entry.getKey(), entry.getValue());
      }
      return number.value()
          + " "
          + text.value()
          + " "
          + elements
          + " "
          + entries
          + " "
          + sum.get()
          + " "
          + joined.get();
    }
  }

  /** Something in every state for each key. */
  void fill(AbstractKeyedStateBackend<String> backend, StateTtlConfig config) throws Exception {
    States states = States.of(backend, config);
    for (int i = 0; i < KEYS; i++) {
      now = START + i;
      backend.setCurrentKey("key" + i);
      states.number.update(10L + i);
      states.text.update("text" + i);
      states.list.add("a" + i);
      states.list.add("b" + i);
      states.map.put(i, "m" + i);
      states.map.put(-1, null);
      states.sum.add(1L);
      states.sum.add((long) i);
      states.joined.add(i);
      states.joined.add(i);
    }
  }

  /** What a key has that has not expired. */
  static String expected(int i) {
    return (10 + i)
        + " text"
        + i
        + " [a"
        + i
        + ", b"
        + i
        + "] {-1=null, "
        + i
        + "=m"
        + i
        + "} "
        + (1 + i)
        + " "
        + i
        + i;
  }

  static final String NOTHING = "null null [] {} null null";

  SnapshotResult<KeyedStateHandle> checkpoint(AbstractKeyedStateBackend<String> backend)
      throws Exception {
    RunnableFuture<SnapshotResult<KeyedStateHandle>> task =
        backend.snapshot(1, 1, streams, CheckpointOptions.forCheckpointWithDefaultLocation());
    task.run();
    return task.get();
  }

  /** A canonical savepoint. */
  KeyedStateHandle savepoint(AbstractKeyedStateBackend<String> backend) throws Exception {
    SavepointResources<String> resources = backend.savepoint();
    var strategy =
        new org.apache.flink.runtime.state.SavepointSnapshotStrategy<>(
            resources.getSnapshotResources());
    try (CloseableRegistry cancel = new CloseableRegistry()) {
      return strategy
          .asyncSnapshot(
              strategy.syncPrepareResources(1),
              1,
              1,
              streams,
              new CheckpointOptions(
                  SavepointType.savepoint(
                      org.apache.flink.core.execution.SavepointFormatType.CANONICAL),
                  CheckpointStorageLocationReference.getDefault()))
          .get(cancel)
          .getJobManagerOwnedSnapshot();
    } finally {
      resources.getSnapshotResources().release();
    }
  }

  @Override
  public void close() throws IOException {
    try {
      for (AbstractKeyedStateBackend<String> each : open) {
        each.close();
        each.dispose();
      }
      environment.close();
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  /** Numbers as text, one after the other. */
  private static final class Joining implements AggregateFunction<Integer, String, String> {
    private static final long serialVersionUID = 1L;

    @Override
    public String createAccumulator() {
      return "";
    }

    @Override
    public String add(Integer value, String accumulator) {
      return accumulator + value;
    }

    @Override
    public String getResult(String accumulator) {
      return accumulator;
    }

    @Override
    public String merge(String one, String other) {
      return one + other;
    }
  }
}
