package io.streambed.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ReducingState;
import org.apache.flink.api.common.state.ReducingStateDescriptor;
import org.apache.flink.api.common.state.State;
import org.apache.flink.api.common.state.StateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.api.java.typeutils.GenericTypeInfo;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateLatencyTrackOptions;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.queryablestate.client.state.serialization.KvStateSerializer;
import org.apache.flink.runtime.checkpoint.CheckpointOptions;
import org.apache.flink.runtime.operators.testutils.MockEnvironment;
import org.apache.flink.runtime.state.AbstractKeyedStateBackend;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyedStateBackend.KeySelectionListener;
import org.apache.flink.runtime.state.KeyedStateBackendParametersImpl;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.runtime.state.internal.InternalKvState;
import org.apache.flink.runtime.state.memory.MemCheckpointStreamFactory;
import org.apache.flink.runtime.state.ttl.TtlTimeProvider;
import org.apache.flink.util.StateMigrationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StreambedKeyedStateBackendTest {
  private static final int KEY_GROUPS = 8;
  private static final ValueStateDescriptor<Long> TOTAL =
      new ValueStateDescriptor<>("total", Types.LONG);

  private final MockEnvironment environment = MockEnvironment.builder().build();
  private final Map<String, Long> initialization = new HashMap<>();

  @AfterEach
  void closeEnvironment() throws Exception {
    environment.close();
  }

  private AbstractKeyedStateBackend<String> create(
      StreambedStateBackend backend, MetricGroup metrics, KeyedStateHandle... restored)
      throws IOException {
    return backend.createKeyedStateBackend(
        new KeyedStateBackendParametersImpl<>(
            environment,
            new JobID(),
            "totals_1",
            StringSerializer.INSTANCE,
            KEY_GROUPS,
            new KeyGroupRange(0, KEY_GROUPS - 1),
            environment.getTaskKvStateRegistry(),
            TtlTimeProvider.DEFAULT,
            metrics,
            initialization::put,
            List.of(restored),
            new CloseableRegistry(),
            1.0));
  }

  private AbstractKeyedStateBackend<String> create(KeyedStateHandle... restored)
      throws IOException {
    return create(new StreambedStateBackend(), new UnregisteredMetricsGroup(), restored);
  }

  private static <S extends State> S state(
      AbstractKeyedStateBackend<String> backend, StateDescriptor<S, ?> descriptor)
      throws Exception {
    return backend.getPartitionedState(
        VoidNamespace.INSTANCE, VoidNamespaceSerializer.INSTANCE, descriptor);
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

  @Test
  void getBackendTypeIdentifier_storeOfObjects_isFlinksNameForSuch() throws Exception {
    AbstractKeyedStateBackend<String> backend = create();
    assertThat(backend.getBackendTypeIdentifier()).isEqualTo("hashmap");
    assertThat(backend.isSafeToReuseKVState()).as("what get() gives is the state's own").isFalse();
    backend.dispose();
  }

  /** A backend with one total, as a handle. */
  private KeyedStateHandle written() throws Exception {
    AbstractKeyedStateBackend<String> backend = create();
    backend.setCurrentKey("a");
    state(backend, TOTAL).update(7L);
    KeyedStateHandle handle = snapshot(backend);
    backend.dispose();
    return handle;
  }

  @Test
  void open_anotherType_namesStateOperatorAndRemedy() throws Exception {
    AbstractKeyedStateBackend<String> backend = create(written());

    assertThatThrownBy(() -> state(backend, new ValueStateDescriptor<>("total", Types.STRING)))
        .isInstanceOf(StateMigrationException.class)
        .hasMessageContaining("\"total\"")
        .hasMessageContaining("totals_1")
        .hasMessageContaining("LongSerializerSnapshot")
        .hasMessageContaining(StringSerializer.class.getName())
        .hasMessageContaining("give the new one another name");
    backend.dispose();
  }

  @Test
  void open_anotherKind_namesBoth() throws Exception {
    AbstractKeyedStateBackend<String> backend = create(written());

    assertThatThrownBy(() -> state(backend, new ListStateDescriptor<>("total", Types.LONG)))
        .isInstanceOf(StateMigrationException.class)
        .hasMessageContaining("VALUE state and is now declared as LIST");
    backend.dispose();
  }

  @Test
  void open_again_withASerializerOfTheSameBytes_keepsTheState() throws Exception {
    AbstractKeyedStateBackend<String> backend = create();
    ValueState<BitSet> state = declare(backend, new SerializerConfigImpl());
    backend.setCurrentKey("a");
    state.update(BitSet.valueOf(new long[] {77}));
    SerializerConfigImpl more = new SerializerConfigImpl();
    more.registerKryoType(Thread.State.class);

    ValueState<BitSet> again = declare(backend, more);

    assertThat(again.value()).isEqualTo(BitSet.valueOf(new long[] {77}));
    backend.dispose();
  }

  private static ValueState<BitSet> declare(
      AbstractKeyedStateBackend<String> backend, SerializerConfig config) throws Exception {
    ValueState<BitSet> state =
        backend.createOrUpdateInternalState(
            VoidNamespaceSerializer.INSTANCE,
            new ValueStateDescriptor<>(
                "bits", new GenericTypeInfo<>(BitSet.class).createSerializer(config)));
    ((InternalKvState<?, VoidNamespace, ?>) state).setCurrentNamespace(VoidNamespace.INSTANCE);
    return state;
  }

  @Test
  void list_readElementsRemoved_areGoneForTheReaderOnly() throws Exception {
    AbstractKeyedStateBackend<String> backend = create();
    backend.setCurrentKey("a");
    ListState<Long> state = state(backend, new ListStateDescriptor<>("list", Types.LONG));
    state.addAll(List.of(1L, 2L, 3L, 4L, 5L));

    Iterable<Long> read = state.get();
    Iterator<Long> evictor = read.iterator();
    assertThatThrownBy(evictor::remove).isInstanceOf(IllegalStateException.class);
    while (evictor.hasNext()) {
      if (evictor.next() % 2 == 0) {
        evictor.remove();
        assertThatThrownBy(evictor::remove).isInstanceOf(IllegalStateException.class);
      }
    }
    assertThat(read).containsExactly(1L, 3L, 5L);
    assertThat(state.get()).containsExactly(1L, 2L, 3L, 4L, 5L);

    state.clear();
    for (Long left : read) {
      state.add(left);
    }
    assertThat(state.get()).containsExactly(1L, 3L, 5L);
    backend.dispose();
  }

  @Test
  void list_readAndCleared_canBeWrittenBackWhileItIsRead() throws Exception {
    AbstractKeyedStateBackend<String> backend = create();
    backend.setCurrentKey("a");
    ListState<String> state = state(backend, new ListStateDescriptor<>("list", Types.STRING));
    state.addAll(List.of("x", "y", "z"));

    Iterable<String> read = state.get();
    state.clear();
    for (String element : read) {
      state.add(element + element);
    }

    assertThat(state.get()).containsExactly("xx", "yy", "zz");
    backend.dispose();
  }

  @Test
  void getKeys_restoredAndNotRegistered_walksItWithTheSerializersThatWroteIt() throws Exception {
    AbstractKeyedStateBackend<String> backend = create(written());

    assertThat(backend.numKeyValueStateEntries()).isEqualTo(1);
    assertThat(backend.getKeys("total", VoidNamespace.INSTANCE)).containsExactly("a");
    assertThat(backend.getKeys("nothing", VoidNamespace.INSTANCE)).isEmpty();
    backend.setCurrentKey("a");
    assertThat(state(backend, TOTAL).value()).isEqualTo(7L);
    backend.dispose();
  }

  @Test
  void restore_stateNobodyRegisters_goesIntoTheNextSnapshot() throws Exception {
    AbstractKeyedStateBackend<String> between = create(written());
    KeyedStateHandle second = snapshot(between);
    between.dispose();

    AbstractKeyedStateBackend<String> backend = create(second);
    backend.setCurrentKey("a");

    assertThat(state(backend, TOTAL).value()).isEqualTo(7L);
    backend.dispose();
  }

  @Test
  void restore_anyHandle_reportsItsDuration() throws Exception {
    create(written()).dispose();

    assertThat(initialization).containsOnlyKeys("RestoreStateDurationMs");
  }

  @Test
  void applyToAllKeys_functionThatClears_meetsEachKeyOnce() throws Exception {
    AbstractKeyedStateBackend<String> backend = create();
    for (String key : List.of("a", "b", "c")) {
      backend.setCurrentKey(key);
      state(backend, TOTAL).update(1L);
    }
    List<String> met = new ArrayList<>();

    backend.applyToAllKeys(
        VoidNamespace.INSTANCE,
        VoidNamespaceSerializer.INSTANCE,
        TOTAL,
        (key, total) -> {
          met.add(key);
          total.clear();
        });

    assertThat(met).containsExactlyInAnyOrder("a", "b", "c");
    assertThat(backend.numKeyValueStateEntries()).isZero();
    backend.dispose();
  }

  @Test
  void setCurrentKey_listener_seesTheOldKeyAndMayLeave() throws Exception {
    AbstractKeyedStateBackend<String> backend = create();
    List<String> seen = new ArrayList<>();
    KeySelectionListener<String> listener = key -> seen.add(backend.getCurrentKey() + " to " + key);
    backend.registerKeySelectionListener(listener);

    backend.setCurrentKey("a");
    backend.setCurrentKey("b");
    assertThat(backend.deregisterKeySelectionListener(listener)).isTrue();
    backend.setCurrentKey("c");

    assertThat(seen).containsExactly("null to a", "a to b");
    backend.dispose();
  }

  @Test
  void reducing_functionThatThrows_comesOutAsItIs() throws Exception {
    AbstractKeyedStateBackend<String> backend = create();
    backend.setCurrentKey("a");
    ReducingState<Long> state =
        state(
            backend,
            new ReducingStateDescriptor<>(
                "sum",
                (left, right) -> {
                  throw new IOException("no sums today");
                },
                Types.LONG));
    state.add(1L);

    assertThatThrownBy(() -> state.add(2L))
        .isExactlyInstanceOf(IOException.class)
        .hasMessage("no sums today");
    backend.dispose();
  }

  @Test
  void latencyTracking_on_registersFlinksMetrics() throws Exception {
    Configuration config = new Configuration();
    config.set(StateLatencyTrackOptions.LATENCY_TRACK_ENABLED, true);
    List<String> names = new ArrayList<>();
    MetricGroup metrics = new RecordingGroup("", names);
    AbstractKeyedStateBackend<String> backend =
        create(new StreambedStateBackend().configure(config, getClass().getClassLoader()), metrics);
    backend.setCurrentKey("a");
    ValueState<Long> total = state(backend, TOTAL);
    total.update(1L);
    total.value();

    assertThat(names).contains("total.valueStateGetLatency", "total.valueStateUpdateLatency");
    backend.dispose();
  }

  @Test
  void close_andDispose_mayBothBeCalledTwice() throws Exception {
    AbstractKeyedStateBackend<String> backend = create();
    state(backend, new MapStateDescriptor<>("map", Types.INT, Types.STRING));

    backend.close();
    backend.dispose();
    backend.close();
    backend.dispose();

    assertThatThrownBy(() -> state(backend, TOTAL))
        .hasMessageContaining("\"total\"")
        .hasCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  @SuppressWarnings("deprecation")
  void query_fromAnotherThread_isRefused() throws Exception {
    AbstractKeyedStateBackend<String> backend = create();
    backend.setCurrentKey("a");
    ValueStateDescriptor<Long> descriptor = new ValueStateDescriptor<>("total", Types.LONG);
    descriptor.setQueryable("totals");
    ValueState<Long> total = state(backend, descriptor);
    total.update(7L);
    @SuppressWarnings("unchecked")
    var internal = (InternalKvState<String, VoidNamespace, Long>) total;
    byte[] at =
        KvStateSerializer.serializeKeyAndNamespace(
            "a",
            StringSerializer.INSTANCE,
            VoidNamespace.INSTANCE,
            VoidNamespaceSerializer.INSTANCE);
    Callable<byte[]> query =
        () ->
            internal.getSerializedValue(
                at,
                StringSerializer.INSTANCE,
                VoidNamespaceSerializer.INSTANCE,
                LongSerializer.INSTANCE);

    assertThat(query.call()).endsWith(7).hasSize(Long.BYTES);
    FutureTask<byte[]> elsewhere = new FutureTask<>(query);
    Thread thread = new Thread(elsewhere);
    thread.start();
    thread.join();
    assertThatThrownBy(elsewhere::get)
        .hasCauseInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("\"total\"");
    backend.dispose();
  }

  /** Records the names of all metrics, with those of the groups they are in. */
  private static final class RecordingGroup extends UnregisteredMetricsGroup {
    private final String prefix;
    private final List<String> names;

    RecordingGroup(String prefix, List<String> names) {
      this.prefix = prefix;
      this.names = names;
    }

    @Override
    public MetricGroup addGroup(String name) {
      return new RecordingGroup(prefix, names);
    }

    @Override
    public MetricGroup addGroup(String key, String value) {
      return new RecordingGroup(prefix + value + ".", names);
    }

    @Override
    public <H extends org.apache.flink.metrics.Histogram> H histogram(String name, H histogram) {
      names.add(prefix + name);
      return histogram;
    }
  }
}
