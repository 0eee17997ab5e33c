package io.streambed.flink.snapshot;

import io.streambed.flink.StreambedStateBackend;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.RunnableFuture;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.state.AggregatingStateDescriptor;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ReducingStateDescriptor;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.base.IntSerializer;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.runtime.checkpoint.CheckpointOptions;
import org.apache.flink.runtime.operators.testutils.MockEnvironment;
import org.apache.flink.runtime.state.CheckpointStreamFactory;
import org.apache.flink.runtime.state.CheckpointableKeyedStateBackend;
import org.apache.flink.runtime.state.FullSnapshotResources;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyValueStateIterator;
import org.apache.flink.runtime.state.KeyedStateBackendParametersImpl;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.SnapshotResult;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.runtime.state.ttl.TtlTimeProvider;
import org.apache.flink.streaming.api.operators.TimerHeapInternalTimer;
import org.apache.flink.streaming.api.operators.TimerSerializer;

/** Keyed backends with some of every kind of state, and everything that is in one as text. */
final class BackendRig implements AutoCloseable {
  static final int KEY_GROUPS = 6;
  private static final int KEYS = 12;

  private final MockEnvironment environment = MockEnvironment.builder().build();
  private final StreambedStateBackend backends;

  BackendRig() {
    this(new StreambedStateBackend());
  }

  BackendRig(StreambedStateBackend backends) {
    this.backends = backends;
  }

  CheckpointableKeyedStateBackend<String> create(KeyGroupRange range, KeyedStateHandle... restored)
      throws IOException {
    return create(range, new CloseableRegistry(), restored);
  }

  CheckpointableKeyedStateBackend<String> create(
      KeyGroupRange range, CloseableRegistry ofRestore, KeyedStateHandle... restored)
      throws IOException {
    return backends.createKeyedStateBackend(
        new KeyedStateBackendParametersImpl<>(
            environment,
            new JobID(7, 7),
            "operator-7",
            StringSerializer.INSTANCE,
            KEY_GROUPS,
            range,
            environment.getTaskKvStateRegistry(),
            TtlTimeProvider.DEFAULT,
            new UnregisteredMetricsGroup(),
            List.of(restored),
            ofRestore));
  }

  void useCompression() {
    environment.getExecutionConfig().setUseSnapshotCompression(true);
  }

  /** Some of every kind, under two namespaces, and timers. */
  static void fill(CheckpointableKeyedStateBackend<String> backend, int seed) throws Exception {
    var timers =
        backend.create(
            "timers",
            new TimerSerializer<>(StringSerializer.INSTANCE, VoidNamespaceSerializer.INSTANCE));
    KeyGroupRange range = backend.getKeyGroupRange();
    for (int i = 0; i < KEYS; i++) {
      String key = "key" + i;
      int group =
          org.apache.flink.runtime.state.KeyGroupRangeAssignment.assignToKeyGroup(key, KEY_GROUPS);
      if (!range.contains(group)) {
        continue;
      }
      backend.setCurrentKey(key);
      backend
          .getPartitionedState(
              VoidNamespace.INSTANCE,
              VoidNamespaceSerializer.INSTANCE,
              new ValueStateDescriptor<>("value", Types.LONG))
          .update((long) i * seed);
      var list =
          backend.getPartitionedState(
              i % 3, IntSerializer.INSTANCE, new ListStateDescriptor<>("list", Types.STRING));
      list.add("a" + i);
      list.add("b" + seed);
      var map =
          backend.getPartitionedState(
              VoidNamespace.INSTANCE,
              VoidNamespaceSerializer.INSTANCE,
              new MapStateDescriptor<>("map", Types.INT, Types.STRING));
      map.put(i, "m" + seed);
      map.put(i + 1, null);
      backend
          .getPartitionedState(
              VoidNamespace.INSTANCE,
              VoidNamespaceSerializer.INSTANCE,
              new ReducingStateDescriptor<>("reducing", Long::sum, Types.LONG))
          .add(seed + i + 0L);
      backend
          .getPartitionedState(
              "window" + i,
              StringSerializer.INSTANCE,
              new AggregatingStateDescriptor<>("aggregating", new Joining(), Types.STRING))
          .add(i);
      timers.add(new TimerHeapInternalTimer<>(1000L * i - seed, key, VoidNamespace.INSTANCE));
    }
  }

  static SnapshotResult<KeyedStateHandle> snapshot(
      CheckpointableKeyedStateBackend<String> backend,
      CheckpointStreamFactory streams,
      CheckpointOptions options)
      throws Exception {
    RunnableFuture<SnapshotResult<KeyedStateHandle>> task =
        backend.snapshot(1, 1, streams, options);
    task.run();
    return task.get();
  }

  /** All states with all entries, as a canonical savepoint would have them. */
  static List<String> dump(CheckpointableKeyedStateBackend<String> backend) throws Exception {
    FullSnapshotResources<String> all = backend.savepoint().getSnapshotResources();
    List<String> lines = new ArrayList<>();
    try (KeyValueStateIterator entries = all.createKVStateIterator()) {
      while (entries.isValid()) {
        lines.add(
            all.getMetaInfoSnapshots().get(entries.kvStateId()).getName()
                + " "
                + entries.keyGroup()
                + " "
                + HexFormat.of().formatHex(entries.key())
                + " "
                + HexFormat.of().formatHex(entries.value()));
        entries.next();
      }
    } finally {
      all.release();
    }
    Collections.sort(lines);
    return lines;
  }

  @Override
  public void close() throws IOException {
    try {
      environment.close();
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  /** Numbers as text, one after the other. */
  private static final class Joining
      implements org.apache.flink.api.common.functions.AggregateFunction<Integer, String, String> {
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
