package io.streambed.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.entry.Limits;
import io.streambed.error.OversizedEntryException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.State;
import org.apache.flink.api.common.state.StateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.runtime.checkpoint.CheckpointOptions;
import org.apache.flink.runtime.operators.testutils.MockEnvironment;
import org.apache.flink.runtime.state.AbstractKeyedStateBackend;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyedStateBackendParametersImpl;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.runtime.state.memory.MemCheckpointStreamFactory;
import org.apache.flink.runtime.state.ttl.TtlTimeProvider;
import org.apache.flink.streaming.api.operators.TimerHeapInternalTimer;
import org.apache.flink.streaming.api.operators.TimerSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Names that cannot be written, and entries beyond the limits. */
class RefusedEntryTest {
  private static final int KEY_GROUPS = 8;
  private static final String HALF = "emoji-\uD83D";
  private static final String TOO_LONG = "x".repeat(Limits.MAX_KEY_BYTES);

  private final MockEnvironment environment = MockEnvironment.builder().build();
  private AbstractKeyedStateBackend<String> backend;

  @BeforeEach
  void createBackend() throws Exception {
    backend =
        new StreambedStateBackend()
            .createKeyedStateBackend(
                new KeyedStateBackendParametersImpl<>(
                    environment,
                    new JobID(),
                    "totals_1",
                    StringSerializer.INSTANCE,
                    KEY_GROUPS,
                    new KeyGroupRange(0, KEY_GROUPS - 1),
                    environment.getTaskKvStateRegistry(),
                    TtlTimeProvider.DEFAULT,
                    new UnregisteredMetricsGroup(),
                    (name, value) -> {},
                    List.of(),
                    new CloseableRegistry(),
                    1.0));
  }

  @AfterEach
  void closeEnvironment() throws Exception {
    backend.dispose();
    environment.close();
  }

  private <S extends State> S state(StateDescriptor<S, ?> descriptor) throws Exception {
    return backend.getPartitionedState(
        VoidNamespace.INSTANCE, VoidNamespaceSerializer.INSTANCE, descriptor);
  }

  private void snapshot() throws Exception {
    var task =
        backend.snapshot(
            1,
            1,
            new MemCheckpointStreamFactory(16 << 20),
            CheckpointOptions.forCheckpointWithDefaultLocation());
    task.run();
    task.get();
  }

  @Test
  void open_nameWithHalfOfASurrogatePair_isRefused() {
    backend.setCurrentKey("a");
    List<StateDescriptor<?, ?>> descriptors =
        List.of(
            new ValueStateDescriptor<>(HALF, Types.LONG),
            new ListStateDescriptor<>(HALF, Types.LONG),
            new MapStateDescriptor<>(HALF, Types.STRING, Types.LONG));
    for (StateDescriptor<?, ?> descriptor : descriptors) {
      assertThatThrownBy(() -> state(descriptor))
          .hasRootCauseInstanceOf(IllegalArgumentException.class)
          .rootCause()
          .hasMessageContainingAll("name of a state", "emoji-\\uD83D", "surrogate pair");
    }
    assertThatThrownBy(
            () ->
                backend.<TimerHeapInternalTimer<String, VoidNamespace>>create(
                    HALF,
                    new TimerSerializer<>(
                        StringSerializer.INSTANCE, VoidNamespaceSerializer.INSTANCE)))
        .hasRootCauseInstanceOf(IllegalArgumentException.class)
        .rootCause()
        .hasMessageContainingAll("name of a queue", "emoji-\\uD83D");
  }

  @Test
  void put_keyBeyondTheLimit_isRefusedAndChangesNothing() throws Exception {
    ValueState<Long> value = state(new ValueStateDescriptor<>("total", Types.LONG));
    ListState<Long> list = state(new ListStateDescriptor<>("list", Types.LONG));
    MapState<Integer, Long> map = state(new MapStateDescriptor<>("map", Types.INT, Types.LONG));
    backend.setCurrentKey(TOO_LONG);
    assertThatThrownBy(() -> value.update(1L))
        .isInstanceOf(OversizedEntryException.class)
        .hasMessageContainingAll("key \"xxx", "state \"total\"", "1048579", "1048576");
    assertThatThrownBy(() -> list.add(1L)).isInstanceOf(OversizedEntryException.class);
    assertThatThrownBy(() -> map.put(1, 1L)).isInstanceOf(OversizedEntryException.class);
    assertThat(backend.numKeyValueStateEntries()).isZero();
    backend.setCurrentKey("a");
    value.update(1L);
    snapshot();
  }

  @Test
  void put_userKeyBeyondTheLimit_isRefusedAndChangesNothing() throws Exception {
    MapState<String, Long> texts =
        state(new MapStateDescriptor<>("texts", Types.STRING, Types.LONG));
    MapState<byte[], Long> bytes =
        state(
            new MapStateDescriptor<>(
                "bytes", BytePrimitiveArraySerializer.INSTANCE, LongSerializer.INSTANCE));
    backend.setCurrentKey("a");
    texts.put("short", 1L);
    assertThatThrownBy(() -> texts.put(TOO_LONG, 1L))
        .isInstanceOf(OversizedEntryException.class)
        .hasMessageContainingAll("user key \"xxx", "state \"texts\"", "1048579", "1048576");
    assertThatThrownBy(() -> texts.putAll(Map.of(TOO_LONG, 1L)))
        .isInstanceOf(OversizedEntryException.class);
    assertThatThrownBy(() -> bytes.put(new byte[Limits.MAX_KEY_BYTES], 1L))
        .isInstanceOf(OversizedEntryException.class)
        .hasMessageContainingAll("user key", "state \"bytes\"", "1048580");
    assertThat(backend.numKeyValueStateEntries()).isOne();
    snapshot();
  }

  @Test
  void snapshot_userKeyWhoseSizeOnlyWritingTells_failsTheTask() throws Exception {
    environment.setExpectedExternalFailureCause(OversizedEntryException.class);
    MapState<Tuple2<String, Integer>, Long> pairs =
        state(new MapStateDescriptor<>("pairs", Types.TUPLE(Types.STRING, Types.INT), Types.LONG));
    backend.setCurrentKey("a");
    assertThatThrownBy(() -> pairs.put(Tuple2.of(TOO_LONG, 7), 1L))
        .as("the first one is written when it is put")
        .isInstanceOf(OversizedEntryException.class);
    pairs.put(Tuple2.of("short", 7), 1L);
    pairs.put(Tuple2.of(TOO_LONG, 7), 1L);
    assertThatThrownBy(this::snapshot).hasRootCauseInstanceOf(OversizedEntryException.class);
    assertThat(environment.getActualExternalFailureCause())
        .map(Throwable::getMessage)
        .satisfies(told -> assertThat(told).isNotEmpty())
        .get()
        .asString()
        .contains("user key \"(xxx", "state \"pairs\"", "1048583", "1048576");
    assertThat(Optional.of(pairs.get(Tuple2.of(TOO_LONG, 7)))).contains(1L);
  }
}
