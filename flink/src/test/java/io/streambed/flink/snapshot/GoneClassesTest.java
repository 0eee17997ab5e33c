package io.streambed.flink.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.flink.StreambedStateBackend;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.functions.AggregateFunction;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.state.AggregatingStateDescriptor;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ReducingStateDescriptor;
import org.apache.flink.api.common.state.State;
import org.apache.flink.api.common.state.StateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.api.java.typeutils.GenericTypeInfo;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.runtime.checkpoint.CheckpointOptions;
import org.apache.flink.runtime.checkpoint.SavepointType;
import org.apache.flink.runtime.operators.testutils.MockEnvironment;
import org.apache.flink.runtime.state.AbstractKeyedStateBackend;
import org.apache.flink.runtime.state.CheckpointStorageLocationReference;
import org.apache.flink.runtime.state.ConfigurableStateBackend;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyedStateBackendParametersImpl;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.runtime.state.memory.MemCheckpointStreamFactory;
import org.apache.flink.runtime.state.ttl.TtlTimeProvider;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.api.operators.StreamOperatorStateHandler;
import org.apache.flink.streaming.api.operators.TimerHeapInternalTimer;
import org.apache.flink.streaming.api.operators.TimerSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** State whose classes are gone while no version of the job declares it. */
class GoneClassesTest {
  private static final int KEY_GROUPS = 6;
  private static final KeyGroupRange ALL = KeyGroupRange.of(0, KEY_GROUPS - 1);
  private static final int KEYS = 20;

  /** A class that one version of the job does not have. */
  public static final class GonePojo {
    public long number;
    public String text;
    public GoneColor color = GoneColor.RED;

    /** For Flink. */
    public GonePojo() {}

    GonePojo(long number) {
      this.number = number;
      this.text = "," + number;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof GonePojo that && number == that.number && text.equals(that.text);
    }

    @Override
    public int hashCode() {
      return Long.hashCode(number);
    }

    @Override
    public String toString() {
      return number + text + color;
    }
  }

  /** Another one. */
  public enum GoneColor {
    /** A constant. */
    RED,
    /** Another one. */
    BLUE
  }

  private static final TypeInformation<GonePojo> POJO = Types.POJO(GonePojo.class);
  private static final ValueStateDescriptor<Long> COUNT =
      new ValueStateDescriptor<>("count", Types.LONG);

  private static StateTtlConfig ttl() {
    return StateTtlConfig.newBuilder(Duration.ofDays(1)).build();
  }

  /** Every kind, plain and with TTL, the class in each place that it can be in. */
  private static List<StateDescriptor<?, ?>> gone() {
    List<StateDescriptor<?, ?>> all = new ArrayList<>();
    for (boolean ttl : new boolean[] {false, true}) {
      String suffix = ttl ? " with TTL" : "";
      List<StateDescriptor<?, ?>> some =
          List.of(
              new ValueStateDescriptor<>("value" + suffix, POJO),
              new ValueStateDescriptor<>("enum" + suffix, Types.ENUM(GoneColor.class)),
              new ValueStateDescriptor<>("kryo" + suffix, new GenericTypeInfo<>(GonePojo.class)),
              new ValueStateDescriptor<>("tuple" + suffix, Types.TUPLE(Types.LONG, POJO)),
              new ListStateDescriptor<>("list" + suffix, POJO),
              new MapStateDescriptor<>("values" + suffix, Types.LONG, POJO),
              new MapStateDescriptor<>("keys" + suffix, POJO, Types.LONG),
              new MapStateDescriptor<>("both" + suffix, POJO, Types.LIST(POJO)),
              new ReducingStateDescriptor<>("reducing" + suffix, (a, b) -> b, POJO),
              new AggregatingStateDescriptor<>("aggregating" + suffix, new Last(), POJO));
      if (ttl) {
        some.forEach(descriptor -> descriptor.enableTimeToLive(ttl()));
      }
      all.addAll(some);
    }
    return all;
  }

  private static final class Last implements AggregateFunction<Long, GonePojo, String> {
    private static final long serialVersionUID = 1L;

    @Override
    public GonePojo createAccumulator() {
      return new GonePojo();
    }

    @Override
    public GonePojo add(Long value, GonePojo last) {
      return new GonePojo(value);
    }

    @Override
    public String getResult(GonePojo last) {
      return last.toString();
    }

    @Override
    public GonePojo merge(GonePojo one, GonePojo other) {
      return other;
    }
  }

  /** The test's classes, or those whose names do not begin with Gone. */
  private static final class JobClasses extends ClassLoader {
    private final boolean complete;

    JobClasses(boolean complete) {
      super(GoneClassesTest.class.getClassLoader());
      this.complete = complete;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!complete && name.contains("$Gone")) {
        throw new ClassNotFoundException(name);
      }
      return super.loadClass(name, resolve);
    }
  }

  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    Collections.reverse(open);
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  private AbstractKeyedStateBackend<String> create(
      ConfigurableStateBackend type, boolean complete, KeyGroupRange range, KeyedStateHandle... of)
      throws Exception {
    MockEnvironment environment =
        MockEnvironment.builder().setUserCodeClassLoader(new JobClasses(complete)).build();
    open.add(environment);
    AbstractKeyedStateBackend<String> backend =
        (AbstractKeyedStateBackend<String>)
            type.createKeyedStateBackend(
                new KeyedStateBackendParametersImpl<>(
                    environment,
                    new JobID(3, 4),
                    "gone_1",
                    StringSerializer.INSTANCE,
                    KEY_GROUPS,
                    range,
                    environment.getTaskKvStateRegistry(),
                    TtlTimeProvider.DEFAULT,
                    new UnregisteredMetricsGroup(),
                    (name, value) -> {},
                    List.of(of),
                    new CloseableRegistry(),
                    1.0));
    open.add(backend::dispose);
    return backend;
  }

  private AbstractKeyedStateBackend<String> streambed(boolean complete, KeyedStateHandle... of)
      throws Exception {
    return create(new StreambedStateBackend(), complete, ALL, of);
  }

  private static KeyedStateHandle savepoint(
      AbstractKeyedStateBackend<String> backend, SavepointFormatType format) throws Exception {
    CheckpointOptions options =
        new CheckpointOptions(
            SavepointType.savepoint(format), CheckpointStorageLocationReference.getDefault());
    MemCheckpointStreamFactory streams = new MemCheckpointStreamFactory(4 << 20);
    var task =
        format == SavepointFormatType.NATIVE
            ? backend.snapshot(1, 1, streams, options)
            : StreamOperatorStateHandler.prepareCanonicalSavepoint(backend, new CloseableRegistry())
                .snapshot(1, 1, streams, options);
    task.run();
    return task.get().getJobManagerOwnedSnapshot();
  }

  private static <S extends State> S state(
      AbstractKeyedStateBackend<String> backend, StateDescriptor<S, ?> descriptor)
      throws Exception {
    return backend.getPartitionedState(
        VoidNamespace.INSTANCE, VoidNamespaceSerializer.INSTANCE, descriptor);
  }

  private static void count(AbstractKeyedStateBackend<String> backend) throws Exception {
    for (int i = 0; i < KEYS; i++) {
      backend.setCurrentKey("key" + i);
      ValueState<Long> count = state(backend, COUNT);
      count.update(count.value() == null ? 1 : count.value() + 1);
    }
  }

  @SuppressWarnings("unchecked")
  private static void fill(AbstractKeyedStateBackend<String> backend) throws Exception {
    var timers =
        backend.create(
            "timers",
            new TimerSerializer<>(StringSerializer.INSTANCE, VoidNamespaceSerializer.INSTANCE));
    for (int i = 0; i < KEYS; i++) {
      String key = "key" + i;
      backend.setCurrentKey(key);
      timers.add(new TimerHeapInternalTimer<>(i, key, VoidNamespace.INSTANCE));
      for (StateDescriptor<?, ?> descriptor : gone()) {
        State state = state(backend, descriptor);
        String name = descriptor.getName();
        if (name.startsWith("enum")) {
          ((ValueState<GoneColor>) state).update(GoneColor.BLUE);
        } else if (name.startsWith("tuple")) {
          ((ValueState<Object>) state)
              .update(org.apache.flink.api.java.tuple.Tuple2.of(1L, new GonePojo(i)));
        } else if (state instanceof ValueState<?>) {
          ((ValueState<GonePojo>) state).update(new GonePojo(i));
        } else if (state instanceof ListState<?> list) {
          ((ListState<GonePojo>) list)
              .update(List.of(new GonePojo(i), new GonePojo(44), new GonePojo(',')));
        } else if (state instanceof MapState<?, ?>) {
          fillMap((MapState<Object, Object>) state, name, i);
        } else if (name.startsWith("reducing")) {
          ((org.apache.flink.api.common.state.ReducingState<GonePojo>) state).add(new GonePojo(i));
        } else {
          ((org.apache.flink.api.common.state.AggregatingState<Long, String>) state).add((long) i);
        }
      }
    }
    count(backend);
  }

  private static void fillMap(MapState<Object, Object> map, String name, int i) throws Exception {
    for (long entry = 0; entry < 3; entry++) {
      Object key = name.startsWith("values") ? entry : new GonePojo(entry);
      Object value =
          name.startsWith("values")
              ? new GonePojo(i)
              : name.startsWith("keys")
                  ? (Object) entry
                  : new ArrayList<>(List.of(new GonePojo(i)));
      map.put(key, value);
    }
  }

  /** All that the states hold, by state and key. */
  private static Map<String, String> contents(AbstractKeyedStateBackend<String> backend)
      throws Exception {
    Map<String, String> contents = new TreeMap<>();
    for (int i = 0; i < KEYS; i++) {
      backend.setCurrentKey("key" + i);
      for (StateDescriptor<?, ?> descriptor : gone()) {
        State state = state(backend, descriptor);
        contents.put(descriptor.getName() + " of key" + i, content(state));
      }
    }
    return contents;
  }

  private static int timers(AbstractKeyedStateBackend<String> restored) {
    return restored
        .create(
            "timers",
            new TimerSerializer<>(StringSerializer.INSTANCE, VoidNamespaceSerializer.INSTANCE))
        .size();
  }

  private static String content(State state) throws Exception {
    if (state instanceof ValueState<?> value) {
      return String.valueOf(value.value());
    }
    if (state instanceof MapState<?, ?> map) {
      Map<String, String> entries = new TreeMap<>();
      for (Map.Entry<?, ?> entry : map.entries()) {
        entries.put(String.valueOf(entry.getKey()), String.valueOf(entry.getValue()));
      }
      return entries.toString();
    }
    Object got = ((org.apache.flink.api.common.state.AppendingState<?, ?>) state).get();
    if (got instanceof Iterable<?> elements) {
      List<Object> list = new ArrayList<>();
      elements.forEach(list::add);
      return list.toString();
    }
    return String.valueOf(got);
  }

  /** Where the state comes from. */
  enum Origin {
    STREAMBED {
      @Override
      ConfigurableStateBackend backend() {
        return new StreambedStateBackend();
      }
    },
    HASHMAP {
      @Override
      ConfigurableStateBackend backend() {
        return new HashMapStateBackend();
      }
    },
    ROCKSDB {
      @Override
      ConfigurableStateBackend backend() {
        return new EmbeddedRocksDBStateBackend();
      }
    };

    abstract ConfigurableStateBackend backend();
  }

  @ParameterizedTest
  @EnumSource
  @Tag("FLINK-11773")
  void savepoints_whileTheClassesAreGone_carryTheStatesAlong(Origin origin) throws Exception {
    AbstractKeyedStateBackend<String> first = create(origin.backend(), true, ALL);
    fill(first);
    Map<String, String> expected = contents(first);
    KeyedStateHandle savepoint = savepoint(first, SavepointFormatType.CANONICAL);

    int round = 1;
    for (SavepointFormatType format :
        List.of(
            SavepointFormatType.CANONICAL,
            SavepointFormatType.NATIVE,
            SavepointFormatType.NATIVE,
            SavepointFormatType.CANONICAL)) {
      AbstractKeyedStateBackend<String> without = streambed(false, savepoint);
      count(without);
      round++;
      savepoint = savepoint(without, format);
      if (format == SavepointFormatType.CANONICAL) {
        for (Origin target : Origin.values()) {
          AbstractKeyedStateBackend<String> again = create(target.backend(), true, ALL, savepoint);
          assertThat(contents(again)).as("on %s", target).isEqualTo(expected);
          assertThat(timers(again)).as("on %s", target).isEqualTo(KEYS);
          again.setCurrentKey("key7");
          assertThat(state(again, COUNT).value()).isEqualTo(round);
        }
      }
      assertThat(contents(streambed(true, savepoint))).as(format.name()).isEqualTo(expected);
    }
  }

  @Test
  void restore_rescaledWhileTheClassesAreGone_losesNothing() throws Exception {
    AbstractKeyedStateBackend<String> first = create(new HashMapStateBackend(), true, ALL);
    fill(first);
    KeyedStateHandle savepoint = savepoint(first, SavepointFormatType.CANONICAL);
    List<KeyedStateHandle> parts = new ArrayList<>();
    for (KeyGroupRange range : List.of(KeyGroupRange.of(0, 1), KeyGroupRange.of(2, 5))) {
      parts.add(
          savepoint(
              create(new StreambedStateBackend(), false, range, savepoint),
              SavepointFormatType.CANONICAL));
    }
    AbstractKeyedStateBackend<String> joined =
        streambed(true, parts.toArray(KeyedStateHandle[]::new));
    assertThat(contents(joined)).isEqualTo(contents(first));
  }

  @Test
  void listOfAGoneClass_declaredWithAnotherOne_isRefusedAndStays() throws Exception {
    AbstractKeyedStateBackend<String> first = create(new HashMapStateBackend(), true, ALL);
    fill(first);
    AbstractKeyedStateBackend<String> without =
        streambed(false, savepoint(first, SavepointFormatType.CANONICAL));
    without.setCurrentKey("key1");
    assertThatThrownBy(
            () -> state(without, new ListStateDescriptor<>("list", Types.STRING)).add("x"))
        .hasMessageContaining("\"list\"")
        .hasMessageContaining("GonePojo");
    KeyedStateHandle next = savepoint(without, SavepointFormatType.NATIVE);
    assertThat(contents(streambed(true, next))).isEqualTo(contents(first));
  }

  /** A serializer of the user's own, whose snapshot's class is gone as well. */
  public static final class GoneSerializer extends TypeSerializerSingleton<Integer> {
    private static final long serialVersionUID = 1L;

    /** How it is written down. */
    public static final class GoneSnapshot extends SimpleTypeSerializerSnapshot<Integer> {
      /** For Flink. */
      public GoneSnapshot() {
        super(GoneSerializer::new);
      }
    }

    @Override
    public TypeSerializerSnapshot<Integer> snapshotConfiguration() {
      return new GoneSnapshot();
    }

    @Override
    public boolean isImmutableType() {
      return true;
    }

    @Override
    public Integer createInstance() {
      return 0;
    }

    @Override
    public Integer copy(Integer from) {
      return from;
    }

    @Override
    public Integer copy(Integer from, Integer reuse) {
      return from;
    }

    @Override
    public int getLength() {
      return Integer.BYTES;
    }

    @Override
    public void serialize(Integer value, DataOutputView target) throws IOException {
      target.writeInt(value);
    }

    @Override
    public Integer deserialize(DataInputView source) throws IOException {
      return source.readInt();
    }

    @Override
    public Integer deserialize(Integer reuse, DataInputView source) throws IOException {
      return deserialize(source);
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
      target.writeInt(source.readInt());
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof GoneSerializer;
    }

    @Override
    public int hashCode() {
      return 1;
    }
  }

  @Test
  void canonicalSavepoint_snapshotClassGone_isWrittenAndReadableOnceItIsBack() throws Exception {
    ValueStateDescriptor<Integer> own = new ValueStateDescriptor<>("own", new GoneSerializer());
    AbstractKeyedStateBackend<String> first = streambed(true);
    count(first);
    state(first, own).update(7);
    KeyedStateHandle taken = savepoint(first, SavepointFormatType.NATIVE);
    KeyedStateHandle canonical = savepoint(streambed(false, taken), SavepointFormatType.CANONICAL);
    for (Origin target : Origin.values()) {
      AbstractKeyedStateBackend<String> again = create(target.backend(), true, ALL, canonical);
      again.setCurrentKey("key" + (KEYS - 1));
      assertThat(state(again, own).value()).as("on %s", target).isEqualTo(7);
    }
    assertThatThrownBy(() -> streambed(false, canonical))
        .hasMessageContaining("\"own\"")
        .hasMessageContaining("GoneSnapshot")
        .hasMessageContaining("Keep the class");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void namespacesOfAGoneClass_failTheSavepointOrTheRestoreAndNothingElse(boolean atSavepoint)
      throws Exception {
    AbstractKeyedStateBackend<String> first = streambed(true);
    first.setCurrentKey("a");
    first
        .getPartitionedState(
            new GonePojo(1),
            POJO.createSerializer(new SerializerConfigImpl()),
            new ValueStateDescriptor<>("windows", Types.LONG))
        .update(7L);
    if (atSavepoint) {
      AbstractKeyedStateBackend<String> without =
          streambed(false, savepoint(first, SavepointFormatType.NATIVE));
      count(without);
      assertThatThrownBy(() -> savepoint(without, SavepointFormatType.CANONICAL))
          .as("in the asynchronous part")
          .isInstanceOf(java.util.concurrent.ExecutionException.class)
          .hasStackTraceContaining("\"windows\"")
          .hasStackTraceContaining("take a native savepoint");
      count(without);
      assertThat(savepoint(without, SavepointFormatType.NATIVE)).isNotNull();
    } else {
      KeyedStateHandle canonical = savepoint(first, SavepointFormatType.CANONICAL);
      assertThatThrownBy(() -> streambed(false, canonical))
          .hasMessageContaining("\"windows\"")
          .hasMessageContaining("Keep the classes");
    }
  }
}
