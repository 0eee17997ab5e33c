package io.streambed.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.streambed.backend.StateBackend;
import io.streambed.backend.Store;
import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.connector.CollectingSink;
import io.streambed.connector.ListSource;
import io.streambed.entry.Schema;
import io.streambed.error.IncompatibleStateException;
import io.streambed.error.StorageException;
import io.streambed.file.LocalFileSystem;
import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.job.Job;
import io.streambed.job.JobBuilder;
import io.streambed.job.KeyedBroadcastHandler;
import io.streambed.job.KeyedContext;
import io.streambed.job.KeyedFunction;
import io.streambed.job.Source;
import io.streambed.job.SplitContext;
import io.streambed.job.SplitReader;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import io.streambed.snapshot.IncrementSchemas;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.SnapshotInputs;
import io.streambed.state.BroadcastState;
import io.streambed.state.MapStateDescriptor;
import io.streambed.state.ValueState;
import io.streambed.state.ValueStateDescriptor;
import io.streambed.store.KeyedStore;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.store.StoreContext;
import io.streambed.store.StoreDescription;
import io.streambed.testkit.store.ByteStoreFactory;
import java.io.IOException;
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
    // It is in the last checkpoint, and so nothing has to be said of it any more.
    Streambed.run(job(counting(named("clicks")), "a", "a", "a", "a"), store, ONCE);
    assertThat(results.results()).endsWith("a2");
    // The other one is there too.
    Streambed.run(job(counting(named("count")), "a", "a", "a", "a", "a"), store, ONCE);
    assertThat(results.results()).endsWith("a3");
  }

  @Test
  void start_renamedKeyedAndBroadcastStateAtAnotherParallelism_goOn() {
    use(new HeapKeyedStoreFactory());
    Streambed.run(rules("count", "rules", false, 1, "a", "b", "c"), store, ONCE);
    assertThatThrownBy(() -> Streambed.run(rules("total", "laws", false, 3), store, ONCE))
        .isInstanceOf(IncompatibleStateException.class)
        .hasMessageContainingAll("withFormerNames(\"count\")", "withFormerNames(\"rules\")");
    Streambed.run(rules("total", "laws", true, 3, "a", "b", "c", "a", "b", "c"), store, ONCE);
    assertThat(results.results())
        .containsExactlyInAnyOrder("a1", "b1", "c1", "a2 rule", "b2 rule", "c2 rule");
  }

  /** Counts words, and tells whether there is a rule: the first run gets one. */
  private Job rules(String count, String rules, boolean renamed, int parallelism, String... words) {
    ValueStateDescriptor<Long> counts = named(count);
    var laws = new MapStateDescriptor<>(rules, Serializers.strings(), Serializers.longs());
    var known = renamed ? laws.withFormerNames("rules") : laws;
    var total = renamed ? counts.withFormerNames("count") : counts;
    JobBuilder job = Streambed.job("visits").maxParallelism(8).parallelism("counts", parallelism);
    job.source("words", ListSource.of(List.of(words)))
        .keyBy(word -> word)
        .process(
            "counts",
            job.source("rules", ListSource.of("rule")),
            (KeyedContext<String, Object> context) -> {
              ValueState<Long> state = context.state(total);
              BroadcastState<String, Long> rule = context.broadcastState(known);
              return new KeyedBroadcastHandler<String, String>() {
                @Override
                public void onElement(String word, long timestampMillis) {
                  state.update(state.value() == null ? 1 : state.value() + 1);
                  String suffix = state.value() > 1 && rule.contains("rule") ? " rule" : "";
                  context.emit(word + state.value() + suffix);
                }

                @Override
                public void onBroadcast(String text, long timestampMillis) {
                  rule.put(text, 1L);
                }
              };
            })
        .sink("results", results);
    return job.build();
  }

  @Test
  void start_newStateThatTheJobDoesNotHave_isRefused() {
    use(new HeapKeyedStoreFactory());
    Streambed.run(job(counting(named("count")), "a"), store, ONCE);
    RunOptions mistyped = ONCE.withNewStates("counts/clik", "clik", "counts/clik");
    IncompatibleStateException refused =
        catchThrowableOfType(
            IncompatibleStateException.class,
            () -> Streambed.run(job(counting(named("count")), "a", "b"), store, mistyped));
    assertThat(refused.problems()).hasSize(2);
    assertThat(refused)
        .hasMessageContainingAll(
            "\"clik\"", "\"counts/clik\"", "has none of that name", "as operator/state");
  }

  @Test
  void start_storageThatFailsDuringTheCheck_isRefusedAndLosesNothing() {
    use(ByteStoreFactory.incremental());
    Streambed.run(job(counting(named("count")), "a"), store, ONCE);
    Job renamed = job(counting(named("total")), "a", "a");
    use(new UnreadableOnce());
    assertThatThrownBy(() -> Streambed.run(renamed, store, ONCE))
        .isInstanceOf(StorageException.class)
        .hasMessageContainingAll("job \"visits\" declares", "lost device");
    assertThatThrownBy(() -> Streambed.run(renamed, store, ONCE))
        .isInstanceOf(IncompatibleStateException.class)
        .hasMessageContaining("withFormerNames(\"count\")");
  }

  @Test
  void start_storeWhoseFactoryTellsNoDeclarations_isStillJudgedByContainers() {
    KeyedStoreFactory wrapped = new Wrapper();
    use(wrapped);
    Streambed.run(job(counting(named("count")), "a"), store, ONCE);
    // In files of the store, which nobody can read here: the tasks do.
    Streambed.run(job(counting(named("count")), "a", "a"), store, ONCE.withIncremental(false));
    assertThat(results.results()).containsExactly("a1", "a2");
    assertThatThrownBy(() -> Streambed.run(job(counting(named("total")), "a", "b"), store, ONCE))
        .isInstanceOf(IncompatibleStateException.class)
        .hasMessageContaining("withFormerNames(\"count\")");
  }

  /** Wraps another factory and shows nothing but its stores. */
  private static class Wrapper implements KeyedStoreFactory {
    final ByteStoreFactory stores = ByteStoreFactory.incremental();

    @Override
    public StoreDescription description() {
      return stores.description();
    }

    @Override
    public <K> KeyedStore<K> create(StoreContext<K> context) {
      return stores.create(context);
    }
  }

  /** Reads declarations from a storage that fails at first. */
  private static final class UnreadableOnce extends Wrapper implements IncrementSchemas {
    private boolean failed;

    @Override
    public String name() {
      return stores.name();
    }

    @Override
    public Schema schema(KeyedStateHandle.Incremental handle, SnapshotInputs inputs)
        throws IOException {
      if (!failed) {
        failed = true;
        throw new IOException("lost device");
      }
      return stores.schema(handle, inputs);
    }
  }

  /** A source of the same id whose positions are texts. */
  private static final class OtherPositions implements Source<String, String> {
    @Override
    public List<String> splits() {
      return List.of("0");
    }

    @Override
    public Serializer<String> positionSerializer() {
      return Serializers.strings();
    }

    @Override
    public SplitReader<String, String> open(SplitContext<String> context) {
      throw new AssertionError("it is not started");
    }
  }

  @Test
  void start_sourceWithPositionsOfAnotherType_namesThemAndTheWayOut() {
    use(new HeapKeyedStoreFactory());
    Streambed.run(job(counting(named("count")), "a"), store, ONCE);
    JobBuilder job = Streambed.job("visits");
    job.source("words", new OtherPositions())
        .keyBy(word -> word)
        .process("counts", counting(named("count")))
        .sink("results", results);
    Job other = job.build();
    assertThatThrownBy(() -> Streambed.run(other, store, ONCE))
        .isInstanceOf(IncompatibleStateException.class)
        .hasMessageContainingAll(
            "source \"words\": the element of its positions", "give the source another id");
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
