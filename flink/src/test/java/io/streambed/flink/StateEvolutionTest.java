package io.streambed.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.State;
import org.apache.flink.api.common.state.StateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.base.IntSerializer;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.api.java.typeutils.GenericTypeInfo;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.runtime.checkpoint.CheckpointOptions;
import org.apache.flink.runtime.checkpoint.SavepointType;
import org.apache.flink.runtime.operators.testutils.MockEnvironment;
import org.apache.flink.runtime.state.AbstractKeyedStateBackend;
import org.apache.flink.runtime.state.CheckpointStorageLocationReference;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.KeyedStateBackendParametersImpl;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.StateSnapshotTransformer.StateSnapshotTransformFactory;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.runtime.state.internal.InternalKvState;
import org.apache.flink.runtime.state.memory.MemCheckpointStreamFactory;
import org.apache.flink.runtime.state.ttl.TtlStateFactory.TtlSerializer;
import org.apache.flink.runtime.state.ttl.TtlTimeProvider;
import org.apache.flink.runtime.state.ttl.TtlValue;
import org.apache.flink.runtime.testutils.statemigration.TestType;
import org.apache.flink.streaming.api.operators.StreamOperatorStateHandler;
import org.apache.flink.util.FlinkRuntimeException;
import org.apache.flink.util.StateMigrationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** States that are declared again with serializers that do not write what is there. */
class StateEvolutionTest {
  private static final int KEY_GROUPS = 8;
  private static final KeyGroupRange ALL = new KeyGroupRange(0, KEY_GROUPS - 1);
  private static final TypeSerializer<TestType> OLD = new TestType.V1TestTypeSerializer();
  private static final TypeSerializer<TestType> NEW = new TestType.V2TestTypeSerializer();
  private static final TestType ONE = new TestType("one", 1);
  private static final TestType TWO = new TestType("two", 2);

  private final MockEnvironment environment = MockEnvironment.builder().build();

  @AfterEach
  void closeEnvironment() throws Exception {
    environment.close();
  }

  private AbstractKeyedStateBackend<String> create(
      KeyGroupRange range, KeyedStateHandle... restored) throws IOException {
    return new StreambedStateBackend()
        .createKeyedStateBackend(
            new KeyedStateBackendParametersImpl<>(
                environment,
                new JobID(1, 2),
                "evolving_1",
                StringSerializer.INSTANCE,
                KEY_GROUPS,
                range,
                environment.getTaskKvStateRegistry(),
                TtlTimeProvider.DEFAULT,
                new UnregisteredMetricsGroup(),
                List.of(restored),
                new CloseableRegistry()));
  }

  /** As a changelog's replay opens a state, or, not to change any more, as the job does. */
  private static <S extends State> S open(
      AbstractKeyedStateBackend<String> backend,
      StateDescriptor<S, ?> descriptor,
      boolean mayChange)
      throws Exception {
    S state =
        backend.createOrUpdateInternalState(
            VoidNamespaceSerializer.INSTANCE,
            descriptor,
            StateSnapshotTransformFactory.noTransform(),
            mayChange);
    @SuppressWarnings("unchecked")
    InternalKvState<String, VoidNamespace, ?> internal =
        (InternalKvState<String, VoidNamespace, ?>) state;
    internal.setCurrentNamespace(VoidNamespace.INSTANCE);
    return state;
  }

  private static KeyedStateHandle snapshot(AbstractKeyedStateBackend<String> backend)
      throws Exception {
    var task =
        backend.snapshot(
            1,
            1,
            new MemCheckpointStreamFactory(1 << 20),
            CheckpointOptions.forCheckpointWithDefaultLocation());
    task.run();
    return task.get().getJobManagerOwnedSnapshot();
  }

  private static KeyedStateHandle savepoint(AbstractKeyedStateBackend<String> backend)
      throws Exception {
    var task =
        StreamOperatorStateHandler.prepareCanonicalSavepoint(backend, new CloseableRegistry())
            .snapshot(
                1,
                1,
                new MemCheckpointStreamFactory(1 << 20),
                new CheckpointOptions(
                    SavepointType.savepoint(SavepointFormatType.CANONICAL),
                    CheckpointStorageLocationReference.getDefault()));
    task.run();
    return task.get().getJobManagerOwnedSnapshot();
  }

  @Test
  void open_thatMayChange_migratesEachKindWhenItIsDeclaredAgain() throws Exception {
    AbstractKeyedStateBackend<String> backend = create(ALL);
    backend.setCurrentKey("a");
    open(backend, new ValueStateDescriptor<>("value", OLD), true).update(ONE);
    open(backend, new ListStateDescriptor<>("list", OLD), true).addAll(List.of(ONE, TWO));
    open(backend, new MapStateDescriptor<>("map", IntSerializer.INSTANCE, OLD), true).put(3, TWO);

    ValueState<TestType> value = open(backend, new ValueStateDescriptor<>("value", NEW), false);
    ListState<TestType> list = open(backend, new ListStateDescriptor<>("list", NEW), false);
    MapState<Integer, TestType> map =
        open(backend, new MapStateDescriptor<>("map", IntSerializer.INSTANCE, NEW), false);

    assertThat(value.value()).isEqualTo(ONE);
    assertThat(list.get()).containsExactly(ONE, TWO);
    assertThat(map.get(3)).isEqualTo(TWO);
    AbstractKeyedStateBackend<String> restored = create(ALL, snapshot(backend));
    restored.setCurrentKey("a");
    assertThat(open(restored, new ValueStateDescriptor<>("value", NEW), false).value())
        .isEqualTo(ONE);
    backend.dispose();
    restored.dispose();
  }

  @Test
  void open_thatMayChange_takesTtl() throws Exception {
    AbstractKeyedStateBackend<String> backend = create(ALL);
    backend.setCurrentKey("a");
    open(backend, new ValueStateDescriptor<>("total", LongSerializer.INSTANCE), true).update(7L);

    ValueState<TtlValue<Long>> withTtl =
        open(
            backend,
            new ValueStateDescriptor<>(
                "total", new TtlSerializer<>(LongSerializer.INSTANCE, LongSerializer.INSTANCE)),
            true);

    assertThat(withTtl.value().getUserValue()).isEqualTo(7L);
    ValueStateDescriptor<Long> ofTheJob =
        new ValueStateDescriptor<>("total", LongSerializer.INSTANCE);
    ofTheJob.enableTimeToLive(StateTtlConfig.newBuilder(Duration.ofDays(1)).build());
    assertThat(
            backend
                .getPartitionedState(
                    VoidNamespace.INSTANCE, VoidNamespaceSerializer.INSTANCE, ofTheJob)
                .value())
        .isEqualTo(7L);
    backend.dispose();
  }

  @Test
  void open_thatMayNotChange_isRefusedAnotherFormat() throws Exception {
    AbstractKeyedStateBackend<String> backend = create(ALL);
    open(backend, new ValueStateDescriptor<>("value", OLD), true);
    open(backend, new ValueStateDescriptor<>("value", OLD), false);

    assertThatThrownBy(() -> open(backend, new ValueStateDescriptor<>("value", NEW), false))
        .isInstanceOf(StateMigrationException.class)
        .hasMessageContaining("\"value\"")
        .hasMessageContaining("evolving_1");
    backend.dispose();
  }

  @Test
  void queue_thatMayChange_migratesWhenItIsOpenedAgain() throws Exception {
    AbstractKeyedStateBackend<String> backend = create(ALL);
    var queue = backend.create("timers", OLD, true);
    queue.add(TWO);
    queue.add(ONE);

    var again = backend.create("timers", NEW, false);

    assertThat(again.size()).isEqualTo(2);
    assertThat(again.poll()).isEqualTo(ONE);
    assertThat(again.poll()).isEqualTo(TWO);
    assertThatThrownBy(() -> backend.create("timers", OLD))
        .isInstanceOf(FlinkRuntimeException.class)
        .hasMessageContaining("\"timers\"");
    backend.dispose();
  }

  /** A state that nobody declares, as two subtasks wrote it whose serializers differ. */
  @Test
  void savepoint_partsOfAStateThatNobodyDeclared_areOneStateThere() throws Exception {
    SerializerConfigImpl more = new SerializerConfigImpl();
    more.registerKryoType(Thread.State.class);
    KeyedStateHandle low = written(new KeyGroupRange(0, 3), bits(new SerializerConfigImpl()));
    KeyedStateHandle high = written(new KeyGroupRange(4, 7), bits(more));
    AbstractKeyedStateBackend<String> backend = create(ALL, low, high);

    KeyedStateHandle savepoint = savepoint(backend);

    AbstractKeyedStateBackend<String> restored = create(ALL, savepoint);
    ValueState<BitSet> state = open(restored, bits(new SerializerConfigImpl()), false);
    for (int i = 0; i < 20; i++) {
      restored.setCurrentKey("key" + i);
      assertThat(state.value()).isEqualTo(BitSet.valueOf(new long[] {i + 1}));
    }
    backend.dispose();
    restored.dispose();
  }

  private static ValueStateDescriptor<BitSet> bits(SerializerConfigImpl config) {
    return new ValueStateDescriptor<>(
        "bits", new GenericTypeInfo<>(BitSet.class).createSerializer(config));
  }

  private KeyedStateHandle written(KeyGroupRange range, ValueStateDescriptor<BitSet> descriptor)
      throws Exception {
    AbstractKeyedStateBackend<String> backend = create(range);
    ValueState<BitSet> state = open(backend, descriptor, false);
    for (int i = 0; i < 20; i++) {
      String key = "key" + i;
      if (range.contains(KeyGroupRangeAssignment.assignToKeyGroup(key, KEY_GROUPS))) {
        backend.setCurrentKey(key);
        state.update(BitSet.valueOf(new long[] {i + 1}));
      }
    }
    KeyedStateHandle handle = snapshot(backend);
    backend.dispose();
    return handle;
  }

  /** A map as Flink's hashmap backend may write it: with a null among the user keys. */
  @Test
  void open_userKeyThatIsNull_namesStateAndOperator() throws Exception {
    AbstractKeyedStateBackend<String> hashmap =
        new HashMapStateBackend()
            .createKeyedStateBackend(
                new KeyedStateBackendParametersImpl<>(
                    environment,
                    new JobID(1, 2),
                    "evolving_1",
                    StringSerializer.INSTANCE,
                    KEY_GROUPS,
                    ALL,
                    environment.getTaskKvStateRegistry(),
                    TtlTimeProvider.DEFAULT,
                    new UnregisteredMetricsGroup(),
                    List.of(),
                    new CloseableRegistry()));
    MapStateDescriptor<String, Long> descriptor =
        new MapStateDescriptor<>("map", StringSerializer.INSTANCE, LongSerializer.INSTANCE);
    hashmap.setCurrentKey("a");
    hashmap
        .getPartitionedState(VoidNamespace.INSTANCE, VoidNamespaceSerializer.INSTANCE, descriptor)
        .put(null, 1L);
    KeyedStateHandle savepoint = savepoint(hashmap);
    hashmap.dispose();
    AbstractKeyedStateBackend<String> backend = create(ALL, savepoint);

    assertThatThrownBy(() -> open(backend, descriptor, false))
        .hasMessageContaining("\"map\"")
        .hasMessageContaining("evolving_1");
    backend.dispose();
  }
}
