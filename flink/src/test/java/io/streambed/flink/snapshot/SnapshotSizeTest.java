package io.streambed.flink.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.flink.StreambedStateBackend;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.RunnableFuture;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.runtime.checkpoint.CheckpointOptions;
import org.apache.flink.runtime.operators.testutils.MockEnvironment;
import org.apache.flink.runtime.state.CheckpointableKeyedStateBackend;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyedStateBackendParametersImpl;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.SnapshotResult;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.runtime.state.memory.MemCheckpointStreamFactory;
import org.apache.flink.runtime.state.ttl.TtlTimeProvider;
import org.apache.flink.streaming.api.windowing.windows.TimeWindow;
import org.junit.jupiter.api.Test;

/** How many bytes a checkpoint takes, beside Flink's own backend with the same state. */
class SnapshotSizeTest {
  private static final int KEY_GROUPS = 128;
  private static final int MAX_BYTES = 64 << 20;

  private interface Contents {
    void fill(CheckpointableKeyedStateBackend<Long> backend, SplittableRandom random)
        throws Exception;
  }

  private static long size(StateBackend backend, Contents contents) throws Exception {
    MockEnvironment environment = MockEnvironment.builder().build();
    try {
      CheckpointableKeyedStateBackend<Long> keyed =
          backend.createKeyedStateBackend(
              new KeyedStateBackendParametersImpl<>(
                  environment,
                  new JobID(7, 7),
                  "operator",
                  LongSerializer.INSTANCE,
                  KEY_GROUPS,
                  new KeyGroupRange(0, KEY_GROUPS - 1),
                  environment.getTaskKvStateRegistry(),
                  TtlTimeProvider.DEFAULT,
                  new UnregisteredMetricsGroup(),
                  List.of(),
                  new CloseableRegistry()));
      try {
        contents.fill(keyed, new SplittableRandom(1));
        RunnableFuture<SnapshotResult<KeyedStateHandle>> snapshot =
            keyed.snapshot(
                1,
                1,
                new MemCheckpointStreamFactory(MAX_BYTES),
                CheckpointOptions.forCheckpointWithDefaultLocation());
        snapshot.run();
        return snapshot.get().getStateSize();
      } finally {
        keyed.close();
        keyed.dispose();
      }
    } finally {
      environment.close();
    }
  }

  private static void longs(CheckpointableKeyedStateBackend<Long> backend, SplittableRandom random)
      throws Exception {
    var value =
        backend.getPartitionedState(
            VoidNamespace.INSTANCE,
            VoidNamespaceSerializer.INSTANCE,
            new ValueStateDescriptor<>("longs", Types.LONG));
    for (int i = 0; i < 100_000; i++) {
      backend.setCurrentKey(random.nextLong());
      value.update(random.nextLong());
    }
  }

  private static void lists(CheckpointableKeyedStateBackend<Long> backend, SplittableRandom random)
      throws Exception {
    var list =
        backend.getPartitionedState(
            VoidNamespace.INSTANCE,
            VoidNamespaceSerializer.INSTANCE,
            new ListStateDescriptor<>("lists", Types.LONG));
    for (int i = 0; i < 5_000; i++) {
      backend.setCurrentKey(random.nextLong());
      for (int j = 0; j < 20; j++) {
        list.add(random.nextLong());
      }
    }
  }

  private static void maps(CheckpointableKeyedStateBackend<Long> backend, SplittableRandom random)
      throws Exception {
    var map =
        backend.getPartitionedState(
            VoidNamespace.INSTANCE,
            VoidNamespaceSerializer.INSTANCE,
            new MapStateDescriptor<>("maps", Types.LONG, Types.LONG));
    for (int i = 0; i < 10_000; i++) {
      backend.setCurrentKey(random.nextLong());
      for (int j = 0; j < 10; j++) {
        map.put(random.nextLong(), random.nextLong());
      }
    }
  }

  private static void windows(
      CheckpointableKeyedStateBackend<Long> backend, SplittableRandom random) throws Exception {
    TimeWindow.Serializer serializer = new TimeWindow.Serializer();
    for (int i = 0; i < 50_000; i++) {
      backend.setCurrentKey(random.nextLong());
      long start = random.nextInt(4) * 600_000L;
      backend
          .getPartitionedState(
              new TimeWindow(start, start + 600_000),
              serializer,
              new ValueStateDescriptor<>("windows", Types.LONG))
          .update(random.nextLong());
    }
  }

  private static double ratio(Contents contents) throws Exception {
    long ours = size(new StreambedStateBackend(), contents);
    return (double) ours / size(new HashMapStateBackend(), contents);
  }

  @Test
  void checkpoint_ofEachKind_isAboutAsLargeAsHashmapsAtMost() throws Exception {
    assertThat(ratio(SnapshotSizeTest::longs)).as("longs").isLessThan(0.96);
    assertThat(ratio(SnapshotSizeTest::lists)).as("lists").isLessThan(1);
    assertThat(ratio(SnapshotSizeTest::maps)).as("maps").isLessThan(0.99);
    // Entries have the same bytes in both; the blocks of a container have checksums.
    assertThat(ratio(SnapshotSizeTest::windows)).as("windows").isLessThan(1.005);
  }

  @Test
  void checkpoint_ofAllKinds_isSmallerThanHashmaps() throws Exception {
    double ratio =
        ratio(
            (backend, random) -> {
              longs(backend, random);
              lists(backend, random);
              maps(backend, random);
              windows(backend, random);
            });
    assertThat(ratio).isLessThan(1);
  }
}
