package io.streambed.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.checkpoint.OpenedCheckpoint;
import io.streambed.checkpoint.SubtaskState;
import io.streambed.error.IncompatibleStateException;
import io.streambed.file.BlockReader;
import io.streambed.file.FileIdentity;
import io.streambed.file.FileInput;
import io.streambed.file.LocalFileSystem;
import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.key.KeyGroupRange;
import io.streambed.keyed.KeyedStateBackend;
import io.streambed.operator.OperatorStateBackend;
import io.streambed.serial.Alias;
import io.streambed.serial.DefaultValue;
import io.streambed.serial.Removed;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.OperatorStateSlice;
import io.streambed.snapshot.RestoreProgress;
import io.streambed.state.ListStateDescriptor;
import io.streambed.state.MapStateDescriptor;
import io.streambed.state.ValueStateDescriptor;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.store.StoreContext;
import io.streambed.store.TaskInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Checkpoints in each earlier format, of a record that has changed since in every way: a component
 * was added, removed, renamed and widened, a constant and a case got other names and places.
 *
 * <p>The files were written by Streambed as it was when it wrote these formats: {@code metadata-1}
 * on 22 November 2026 (version 1 of metadata, and of containers), {@code container-1} and {@code
 * manifest-1} before 30 November, {@code manifest-2} on that day. Sealed types are in {@code
 * container-1} and {@code manifest-2}. The record was then
 *
 * <pre>{@code
 * record Order(
 *     String id, String label, int number, List<Double> gone, Light light, Shape shape)
 *
 * enum Light { RED, AMBER }
 * sealed interface Shape permits Circle, Square
 * }</pre>
 */
class GoldenEvolutionTest {
  private static final Path GOLDEN = Path.of("src", "test", "resources", "evolution");
  private static final int KEYS = 6;
  private static final Serializer<String> TEXTS = Serializers.strings();

  @Removed("gone")
  record Order(
      @DefaultValue("EUR") String currency,
      String id,
      @Alias("label") String name,
      long number,
      Light light,
      Shape shape) {}

  enum Light {
    GREEN,
    @Alias("AMBER")
    YELLOW,
    RED
  }

  sealed interface Shape permits Triangle, Square, Disc {}

  record Triangle(int base, int height) implements Shape {}

  record Square(long side) implements Shape {}

  @Alias("Circle")
  record Disc(int radius) implements Shape {}

  /** Has nothing in common with an order. */
  record Other(int quantity, long weight) {}

  private static final Shape DEFAULT_SHAPE = new Triangle(1, 2);
  private static final Serializer<Order> ORDERS =
      Serializers.records(Order.class, Map.of(), Map.of("shape", DEFAULT_SHAPE));

  @TempDir private Path directory;

  /** What was written under a number, as it is read today. */
  private static Order order(String golden, int i) {
    boolean sealed = !List.of("metadata-1", "manifest-1").contains(golden);
    Shape written = i % 3 == 0 ? new Disc(i) : new Square(i);
    return new Order(
        "EUR",
        "id" + i,
        "label" + i,
        -i,
        i % 2 == 0 ? Light.RED : Light.YELLOW,
        sealed ? written : DEFAULT_SHAPE);
  }

  private static OpenedCheckpoint open(String golden) {
    return FileCheckpointStorage.open(
        new LocalFileSystem(), GOLDEN.resolve(golden).resolve("chk-1-1"));
  }

  private static SubtaskState subtask(OpenedCheckpoint from) {
    return from.metadata().operators().get(0).subtasks().get(0);
  }

  private KeyedStateBackend<String> backend(String store) {
    KeyedStoreFactory factory =
        store.equals("heap")
            ? new HeapKeyedStoreFactory()
            : new RocksKeyedStoreFactory(new LocalFileSystem(), RocksOptions.in(directory));
    return new KeyedStateBackend<>(
        factory.create(StoreContext.alone(TEXTS, 8, new KeyGroupRange(0, 7))),
        new TaskInfo("golden", "operator", 0));
  }

  private static void restore(KeyedStateBackend<String> backend, String golden) throws IOException {
    OpenedCheckpoint from = open(golden);
    backend.restore(subtask(from).keyed(), from.inputs(), RestoreProgress.NONE);
  }

  private static <T> ValueStateDescriptor<T> value(Serializer<T> type) {
    return new ValueStateDescriptor<>("value", type);
  }

  private static <T> ListStateDescriptor<T> list(String name, Serializer<T> type) {
    return new ListStateDescriptor<>(name, type);
  }

  private static <T> MapStateDescriptor<String, T> map(String name, Serializer<T> type) {
    return new MapStateDescriptor<>(name, TEXTS, type);
  }

  private static void expectEverything(KeyedStateBackend<String> backend, String golden) {
    for (int i = 0; i < KEYS; i++) {
      backend.setCurrentKey("k" + i);
      assertThat(backend.getState(value(ORDERS)).value()).isEqualTo(order(golden, i));
      assertThat(backend.getListState(list("list", ORDERS)).get())
          .containsExactly(order(golden, i), order(golden, i + 1));
      var entries = backend.getMapState(map("map", ORDERS));
      assertThat(entries.get("one")).isEqualTo(order(golden, i));
      assertThat(entries.contains("none")).isTrue();
      assertThat(entries.get("none")).isNull();
    }
    assertThat(backend.carried()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "metadata-1,heap", "metadata-1,rocksdb",
    "container-1,heap", "container-1,rocksdb",
    "manifest-1,rocksdb", "manifest-2,rocksdb"
  })
  void restore_keyedStateOfAChangedRecord_isReadAsItIsToday(String golden, String store)
      throws IOException {
    try (KeyedStateBackend<String> openedLater = backend(store)) {
      restore(openedLater, golden);
      expectEverything(openedLater, golden);
    }
    try (KeyedStateBackend<String> openedBefore = backend(store)) {
      openedBefore.getState(value(ORDERS));
      openedBefore.getListState(list("list", ORDERS));
      openedBefore.getMapState(map("map", ORDERS));
      restore(openedBefore, golden);
      expectEverything(openedBefore, golden);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "metadata-1,heap", "metadata-1,rocksdb",
    "container-1,heap", "container-1,rocksdb",
    "manifest-1,rocksdb", "manifest-2,rocksdb"
  })
  void restore_keyedStateAsAnotherType_isRefused(String golden, String store) throws IOException {
    Serializer<Other> others = Serializers.records(Other.class);
    try (KeyedStateBackend<String> backend = backend(store)) {
      restore(backend, golden);
      expectRefusal("value", () -> backend.getState(value(others)));
      expectRefusal("list", () -> backend.getListState(list("list", others)));
      expectRefusal("map", () -> backend.getMapState(map("map", others)));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "metadata-1,1,KEYD,1",
    "container-1,2,KEYD,1",
    "manifest-1,2,RKDB,1",
    "manifest-2,2,RKDB,2"
  })
  void goldenFiles_areOfTheVersionsThatTheyStandFor(
      String golden, int metadata, String format, int version) throws IOException {
    Path file = GOLDEN.resolve(golden).resolve("chk-1-1").resolve("_metadata");
    assertThat(identity(FileInput.of(file.toString(), Files.readAllBytes(file))))
        .isEqualTo("META " + metadata);
    OpenedCheckpoint from = open(golden);
    for (KeyedStateHandle handle : subtask(from).keyed()) {
      assertThat(identity(from.inputs().open(handle.streams().findFirst().orElseThrow())))
          .isEqualTo(format + " " + version);
    }
  }

  private static String identity(FileInput input) throws IOException {
    try (input) {
      FileIdentity identity = BlockReader.identify(input);
      return identity.format() + " " + identity.version();
    }
  }

  private static void expectRefusal(String state, ThrowingCallable open) {
    assertThatThrownBy(open)
        .isInstanceOf(IncompatibleStateException.class)
        .hasMessageContaining("\"" + state + "\"")
        .hasMessageContaining("another type");
  }

  private static OperatorStateBackend operator(String golden) throws IOException {
    OpenedCheckpoint from = open(golden);
    List<OperatorStateSlice> slices =
        subtask(from).operator().stream()
            .flatMap(
                handle ->
                    handle.states().stream()
                        .map(
                            part ->
                                new OperatorStateSlice(handle, part.name(), 0, part.elements())))
            .toList();
    OperatorStateBackend backend = new OperatorStateBackend(0, 1);
    backend.restore(slices, from.inputs());
    return backend;
  }

  @ParameterizedTest
  @CsvSource({"metadata-1", "container-1", "manifest-1", "manifest-2"})
  void restore_operatorStateOfAChangedRecord_isReadAsItIsToday(String golden) throws IOException {
    try (OperatorStateBackend backend = operator(golden)) {
      var split = backend.getListState(list("split", ORDERS));
      var union = backend.getUnionListState(list("union", ORDERS));
      var broadcast = backend.getBroadcastState(map("broadcast", ORDERS));
      for (int i = 0; i < 3; i++) {
        assertThat(split.get()).element(i).isEqualTo(order(golden, i));
        assertThat(union.get()).element(i).isEqualTo(order(golden, i + 3));
        assertThat(broadcast.get("k" + i)).isEqualTo(order(golden, i + 6));
      }
      assertThat(backend.carried()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"metadata-1", "container-1", "manifest-1", "manifest-2"})
  void restore_operatorStateAsAnotherType_isRefused(String golden) throws IOException {
    Serializer<Other> others = Serializers.records(Other.class);
    try (OperatorStateBackend backend = operator(golden)) {
      expectRefusal("split", () -> backend.getListState(list("split", others)));
      expectRefusal("union", () -> backend.getUnionListState(list("union", others)));
      expectRefusal("broadcast", () -> backend.getBroadcastState(map("broadcast", others)));
    }
  }
}
