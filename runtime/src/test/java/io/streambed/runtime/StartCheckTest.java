package io.streambed.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.streambed.backend.StateBackend;
import io.streambed.backend.Store;
import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.connector.CollectingSink;
import io.streambed.connector.ListSource;
import io.streambed.error.IncompatibleStateException;
import io.streambed.file.LocalFileSystem;
import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.job.Job;
import io.streambed.job.JobBuilder;
import io.streambed.job.KeyedFunction;
import io.streambed.serial.Serializers;
import io.streambed.state.ValueState;
import io.streambed.state.ValueStateDescriptor;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.testkit.store.ByteStoreFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Jobs that are started from a checkpoint of an earlier version of theirs. */
@Timeout(60)
class StartCheckTest {
  private static final RunOptions ONCE = RunOptions.defaults().withRestarts(RestartPolicy.NEVER);

  @TempDir Path directory;
  private final CollectingSink<Object> results = new CollectingSink<>();
  private Store store;

  /** Stores whose checkpoints are containers, and files of their own. */
  static Stream<KeyedStoreFactory> stores() {
    return Stream.of(new HeapKeyedStoreFactory(), ByteStoreFactory.incremental());
  }

  private void use(KeyedStoreFactory stores) {
    store =
        Store.of(
            StateBackend.of(
                stores,
                new FileCheckpointStorage(
                    new LocalFileSystem(), Store.storage(directory), UUID::randomUUID)));
  }

  private Job job(KeyedFunction<String, String, Object> function, String... words) {
    return job("counts", "results", function, words);
  }

  private Job job(
      String counts, String sink, KeyedFunction<String, String, Object> function, String... words) {
    JobBuilder job = Streambed.job("visits");
    job.source("words", ListSource.of(List.of(words)))
        .keyBy(word -> word)
        .process(counts, function)
        .sink(sink, results);
    return job.build();
  }

  private static KeyedFunction<String, String, Object> counting(
      ValueStateDescriptor<Long> descriptor) {
    return context -> {
      ValueState<Long> count = context.state(descriptor);
      return (word, timestampMillis) -> {
        long now = count.value() == null ? 1 : count.value() + 1;
        count.update(now);
        context.emit(word + now);
      };
    };
  }

  private static ValueStateDescriptor<Long> named(String name) {
    return new ValueStateDescriptor<>(name, Serializers.longs());
  }

  @ParameterizedTest
  @MethodSource("stores")
  void start_manyStatesThatDoNotFit_tellsAllOfThemBeforeAnyTaskStarts(KeyedStoreFactory stores) {
    use(stores);
    KeyedFunction<String, String, Object> before =
        context -> {
          context.value("count", Long.class);
          context.list("names", String.class);
          context.map("seen", Long.class, Long.class);
          return (word, timestampMillis) -> {};
        };
    Streambed.run(job(before, "a", "b"), store, ONCE);
    AtomicInteger opened = new AtomicInteger();
    KeyedFunction<String, String, Object> after =
        context -> {
          opened.incrementAndGet();
          context.value("count", String.class);
          context.value("names", String.class);
          context.map("seen", String.class, Long.class);
          return (word, timestampMillis) -> {};
        };
    Job upgraded = job("counts", "output", after, "a", "b");
    assertThat(opened).hasValue(1);
    IncompatibleStateException refused =
        catchThrowableOfType(
            IncompatibleStateException.class, () -> Streambed.run(upgraded, store, ONCE));
    assertThat(opened).hasValue(1);
    assertThat(refused)
        .hasMessageContainingAll("into job \"visits\"", "4 problems.", "(4) operator");
    assertThat(refused.problems()).hasSize(4);
    assertThat(refused.problems().get(0)).hasMessageContaining("state of \"results\"");
    assertThat(refused.problems().get(1))
        .hasMessageContainingAll(
            "operator \"counts\": the value of state \"count\"",
            "holds long",
            "asks for string",
            "Declare the state as it was written");
    assertThat(refused.problems().get(2)).hasMessageContainingAll("\"names\"", "LIST", "VALUE");
    assertThat(refused.problems().get(3)).hasMessageContaining("the user key of state \"seen\"");
  }

  @ParameterizedTest
  @MethodSource("stores")
  void start_renamedState_isRefusedUntilItsFormerNameIsGiven(KeyedStoreFactory stores) {
    use(stores);
    Streambed.run(job(counting(named("count")), "a", "a", "b"), store, ONCE);
    KeyedFunction<String, String, Object> renamed = counting(named("total"));
    assertThatThrownBy(() -> Streambed.run(job(renamed, "a", "a", "b", "a"), store, ONCE))
        .isInstanceOf(IncompatibleStateException.class)
        .hasMessageContainingAll(
            "operator \"counts\": state \"total\"", "withFormerNames(\"count\")");
    Streambed.run(
        job(counting(named("total").withFormerNames("count")), "a", "a", "b", "a"), store, ONCE);
    assertThat(results.results()).containsExactly("a1", "a2", "b1", "a3");
    // The name of the first version can go once the state was written under the present one.
    Streambed.run(job(renamed, "a", "a", "b", "a", "b"), store, ONCE);
    assertThat(results.results()).endsWith("b2");
  }

  @Test
  void start_stateThatIsSaidToBeNew_beginsEmptyAndTheOtherIsCarried() {
    use(new HeapKeyedStoreFactory());
    Streambed.run(job(counting(named("count")), "a", "a"), store, ONCE);
    Streambed.run(
        job(counting(named("clicks")), "a", "a", "a"), store, ONCE.withNewStates("counts/clicks"));
    assertThat(results.results()).containsExactly("a1", "a2", "a1");
    // Both are in the last checkpoint.
    Streambed.run(job(counting(named("count")), "a", "a", "a", "a"), store, ONCE);
    assertThat(results.results()).endsWith("a3");
  }

  @Test
  void start_operatorWithoutKeysNow_isRefused() {
    use(new HeapKeyedStoreFactory());
    Streambed.run(job("counts", "results", counting(named("count")), "a"), store, ONCE);
    Job other = job("others", "counts", counting(named("count")), "a");
    assertThatThrownBy(() -> Streambed.run(other, store, ONCE.withAllowDropped(true)))
        .isInstanceOf(IncompatibleStateException.class)
        .hasMessageContainingAll(
            "sink \"counts\": keyed state", "Give the new operator another id");
  }

  @Test
  void start_increments_onAStoreThatReadsNone_namesBothStores() {
    use(ByteStoreFactory.incremental());
    Streambed.run(job(counting(named("count")), "a"), store, ONCE);
    use(new HeapKeyedStoreFactory());
    assertThatThrownBy(() -> Streambed.run(job(counting(named("count")), "a", "b"), store, ONCE))
        .isInstanceOf(IncompatibleStateException.class)
        .hasMessageContainingAll("files of store \"bytes\"", "containers only");
  }

  @Test
  void build_namesThatTwoStatesShare_isRefused() {
    KeyedFunction<String, String, Object> sharing =
        context -> {
          context.state(named("count"));
          context.state(named("total").withFormerNames("count"));
          context.state(named("sum").withFormerNames("all"));
          context.state(named("rest").withFormerNames("all"));
          return (word, timestampMillis) -> {};
        };
    assertThatThrownBy(() -> job(sharing, "a"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(
            "\"total\" has the former name \"count\"", "\"rest\" has the former name \"all\"");
  }

  @Test
  void formerNames_thatAreNone_areRefused() {
    assertThatThrownBy(() -> named("count").withFormerNames("count"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"count\"");
    assertThatThrownBy(() -> named("count").withFormerNames(""))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
