package io.streambed.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.runtime.checkpoint.CheckpointOptions;
import org.apache.flink.runtime.checkpoint.SavepointType;
import org.apache.flink.runtime.operators.testutils.MockEnvironment;
import org.apache.flink.runtime.state.AbstractKeyedStateBackend;
import org.apache.flink.runtime.state.CheckpointStorageLocationReference;
import org.apache.flink.runtime.state.ConfigurableStateBackend;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyGroupedInternalPriorityQueue;
import org.apache.flink.runtime.state.KeyedStateBackendParametersImpl;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.runtime.state.memory.MemCheckpointStreamFactory;
import org.apache.flink.runtime.state.ttl.TtlTimeProvider;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.api.operators.StreamOperatorStateHandler;
import org.apache.flink.streaming.api.operators.TimerHeapInternalTimer;
import org.apache.flink.streaming.api.operators.TimerSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Timers whose keys or namespaces are equal though their bytes are not: as on hashmap. */
class EqualTimersTest {
  private static final int KEY_GROUPS = 6;
  private static final TypeSerializer<Account> KEYS = pojo(Account.class);
  private static final TypeSerializer<Span> NAMESPACES = pojo(Span.class);

  /** A key whose note does not count. */
  public static class Account {
    public long number;
    public String note;

    public Account() {}

    Account(long number, String note) {
      this.number = number;
      this.note = note;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Account account && account.number == number;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(number);
    }
  }

  /** A namespace whose label does not count. */
  public static class Span {
    public int end;
    public String label;

    public Span() {}

    Span(int end, String label) {
      this.end = end;
      this.label = label;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Span span && span.end == end;
    }

    @Override
    public int hashCode() {
      return end;
    }
  }

  /** Where timers come from. */
  enum Origin {
    STREAMBED(new StreambedStateBackend()),
    HASHMAP(new HashMapStateBackend()),
    ROCKSDB(new EmbeddedRocksDBStateBackend());

    private final ConfigurableStateBackend backend;

    Origin(ConfigurableStateBackend backend) {
      this.backend = backend;
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

  private static <T> TypeSerializer<T> pojo(Class<T> type) {
    return TypeInformation.of(type).createSerializer(new SerializerConfigImpl());
  }

  private AbstractKeyedStateBackend<Account> create(
      ConfigurableStateBackend type, KeyedStateHandle... restored) throws Exception {
    MockEnvironment environment = MockEnvironment.builder().build();
    open.add(environment);
    AbstractKeyedStateBackend<Account> backend =
        (AbstractKeyedStateBackend<Account>)
            type.createKeyedStateBackend(
                new KeyedStateBackendParametersImpl<>(
                    environment,
                    new JobID(5, 6),
                    "timers_1",
                    KEYS,
                    KEY_GROUPS,
                    KeyGroupRange.of(0, KEY_GROUPS - 1),
                    environment.getTaskKvStateRegistry(),
                    TtlTimeProvider.DEFAULT,
                    new UnregisteredMetricsGroup(),
                    (name, value) -> {},
                    List.of(restored),
                    new CloseableRegistry(),
                    1.0));
    open.add(backend::dispose);
    return backend;
  }

  private static KeyGroupedInternalPriorityQueue<TimerHeapInternalTimer<Account, Span>> timers(
      AbstractKeyedStateBackend<Account> backend) {
    return backend.create("timers", new TimerSerializer<>(KEYS, NAMESPACES));
  }

  private static TimerHeapInternalTimer<Account, Span> timer(
      long millis, long number, String note, int end) {
    return new TimerHeapInternalTimer<>(millis, new Account(number, note), new Span(end, note));
  }

  private static List<String> fire(
      KeyGroupedInternalPriorityQueue<TimerHeapInternalTimer<Account, Span>> timers) {
    List<String> fired = new ArrayList<>();
    for (var timer = timers.poll(); timer != null; timer = timers.poll()) {
      fired.add(
          timer.getTimestamp()
              + " account "
              + timer.getKey().number
              + " span "
              + timer.getNamespace().end);
    }
    return fired;
  }

  private static KeyedStateHandle savepoint(
      AbstractKeyedStateBackend<Account> backend, SavepointFormatType format) throws Exception {
    CheckpointOptions options =
        new CheckpointOptions(
            SavepointType.savepoint(format), CheckpointStorageLocationReference.getDefault());
    MemCheckpointStreamFactory streams = new MemCheckpointStreamFactory(1 << 20);
    var task =
        format == SavepointFormatType.NATIVE
            ? backend.snapshot(1, 1, streams, options)
            : StreamOperatorStateHandler.prepareCanonicalSavepoint(backend, new CloseableRegistry())
                .snapshot(1, 1, streams, options);
    task.run();
    return task.get().getJobManagerOwnedSnapshot();
  }

  @Test
  void add_keyAndNamespaceEqualInOtherBytes_firesOnce() throws Exception {
    var timers = timers(create(new StreambedStateBackend()));
    timers.add(timer(100, 1, "a", 9));
    timers.add(timer(100, 1, "b", 9));
    timers.add(timer(100, 1, "b", 8));
    timers.add(timer(50, 2, "b", 9));
    assertThat(timers.size()).isEqualTo(3);
    assertThat(timers.peek().getKey().note).isEqualTo("b");
    assertThat(fire(timers))
        .startsWith("50 account 2 span 9")
        .containsExactlyInAnyOrder(
            "50 account 2 span 9", "100 account 1 span 9", "100 account 1 span 8");
  }

  @Test
  void remove_keyAndNamespaceEqualInOtherBytes_leavesNone() throws Exception {
    var timers = timers(create(new StreambedStateBackend()));
    timers.add(timer(100, 1, "a", 9));
    assertThat(timers.remove(timer(100, 1, "b", 9))).isTrue();
    assertThat(timers.isEmpty()).isTrue();
    assertThat(timers.remove(timer(100, 1, "a", 9))).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void restore_ofASavepointWithEqualTimers_hasEachOnce(Origin origin) throws Exception {
    AbstractKeyedStateBackend<Account> first = create(origin.backend);
    var written = timers(first);
    written.add(timer(100, 1, "a", 9));
    written.add(timer(100, 1, "b", 9));
    written.add(timer(70, 2, "b", 9));
    assertThat(written.size()).isEqualTo(origin == Origin.ROCKSDB ? 3 : 2);

    KeyedStateHandle savepoint = savepoint(first, SavepointFormatType.CANONICAL);
    AbstractKeyedStateBackend<Account> second = create(new StreambedStateBackend(), savepoint);
    var restored = timers(second);
    restored.add(timer(100, 1, "c", 9));
    KeyedStateHandle again = savepoint(second, SavepointFormatType.NATIVE);
    for (var timers : List.of(restored, timers(create(new StreambedStateBackend(), again)))) {
      assertThat(fire(timers)).containsExactly("70 account 2 span 9", "100 account 1 span 9");
    }
  }

  @Test
  void add_changesOfTheHead_areTold() throws Exception {
    var timers = timers(create(new StreambedStateBackend()));
    assertThat(timers.add(timer(100, 1, "a", 9))).as("the first").isTrue();
    assertThat(timers.add(timer(100, 1, "b", 9))).as("an equal one").isFalse();
    assertThat(timers.add(timer(200, 1, "a", 9))).as("a later one").isFalse();
    assertThat(timers.add(timer(50, 1, "a", 9))).as("an earlier one").isTrue();
    assertThat(timers.remove(timer(200, 1, "b", 9))).as("the last").isFalse();
    assertThat(timers.remove(timer(50, 1, "b", 9))).as("the head").isTrue();
  }
}
