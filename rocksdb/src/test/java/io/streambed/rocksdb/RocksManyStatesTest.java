package io.streambed.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.file.Compression;
import io.streambed.file.LocalFileSystem;
import io.streambed.key.KeyGroups;
import io.streambed.keyed.KeyedStateBackend;
import io.streambed.serial.Serializers;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.RestoreProgress;
import io.streambed.snapshot.SnapshotOptions;
import io.streambed.state.ListStateDescriptor;
import io.streambed.state.MapStateDescriptor;
import io.streambed.state.ValueStateDescriptor;
import io.streambed.testkit.store.MemoryStreams;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RunnableFuture;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many states in one store: however many there are, RocksDB has few column families, each freeze
 * writes few files, and every state is what it was. A number as large as one likes: {@code
 * -Dstreambed.states=1000}; how long each step took is printed.
 */
class RocksManyStatesTest {
  private static final int STATES = Integer.getInteger("streambed.states", 80);
  private static final int MAX_PARALLELISM = 128;

  /** Keys in many key groups. */
  private static final long[] KEYS = {1, 2, 3, 5, 8, 13, 21, 34};

  @TempDir private Path directory;
  private final MemoryStreams streams = new MemoryStreams();
  private RocksKeyedStoreFactory factory;
  private long checkpoint;

  @BeforeEach
  void makeFactory() {
    factory = factory("stores", RocksHome.OWN_FAMILIES);
  }

  private RocksKeyedStoreFactory factory(String name, int ownFamilies) {
    return new RocksKeyedStoreFactory(
        new LocalFileSystem(), RocksOptions.in(directory.resolve(name)), ownFamilies);
  }

  @AfterEach
  void nothingNative_isLeftOpen() {
    assertThat(factory.openNativeHandles()).isZero();
  }

  private interface Step<T> {
    T run() throws Exception;
  }

  private static <T> T timed(String step, Step<T> action) throws Exception {
    long start = System.nanoTime();
    T result = action.run();
    System.out.printf(
        "%d states, %s: %d ms%n", STATES, step, (System.nanoTime() - start) / 1_000_000);
    return result;
  }

  private static List<KeyedStateBackend<Long>> subtasks(
      RocksKeyedStoreFactory factory, int parallelism) {
    return RocksJob.subtasks(factory, MAX_PARALLELISM, parallelism);
  }

  private static KeyedStateBackend<Long> of(List<KeyedStateBackend<Long>> subtasks, long key) {
    int group = KeyGroups.assign(Serializers.longs().keyHasher().hash(key), MAX_PARALLELISM);
    KeyedStateBackend<Long> subtask =
        subtasks.get(KeyGroups.subtaskOf(group, MAX_PARALLELISM, subtasks.size()));
    subtask.setCurrentKey(key);
    return subtask;
  }

  private static ValueStateDescriptor<Integer> value(int state) {
    return new ValueStateDescriptor<>("state " + state, Serializers.ints());
  }

  private static ListStateDescriptor<String> list(int state) {
    return new ListStateDescriptor<>("state " + state, Serializers.strings());
  }

  private static MapStateDescriptor<String, Double> map(int state) {
    return new MapStateDescriptor<>("state " + state, Serializers.strings(), Serializers.doubles());
  }

  private static void declare(KeyedStateBackend<Long> subtask, int state) {
    switch (state % 3) {
      case 0 -> subtask.getState(value(state));
      case 1 -> subtask.getListState(list(state));
      default -> subtask.getMapState(map(state));
    }
  }

  private static void write(KeyedStateBackend<Long> subtask, long key, int state) {
    switch (state % 3) {
      case 0 -> subtask.getState(value(state)).update((int) key + state);
      case 1 -> subtask.getListState(list(state)).update(List.of("a" + key, "b" + state));
      default -> subtask.getMapState(map(state)).put("u" + key, 0.5 + state);
    }
  }

  private static void expect(KeyedStateBackend<Long> subtask, long key, int state) {
    switch (state % 3) {
      case 0 -> assertThat(subtask.getState(value(state)).value()).isEqualTo((int) key + state);
      case 1 ->
          assertThat(subtask.getListState(list(state)).get())
              .containsExactly("a" + key, "b" + state);
      default ->
          assertThat(subtask.getMapState(map(state)).entries())
              .singleElement()
              .satisfies(entry -> assertThat(entry.getKey()).isEqualTo("u" + key))
              .satisfies(entry -> assertThat(entry.getValue()).isEqualTo(0.5 + state));
    }
  }

  /** Writes all states under all keys, in an order of each subtask's own. */
  private static Void fill(List<KeyedStateBackend<Long>> subtasks, IntUnaryOperator order) {
    for (int i = 0; i < STATES; i++) {
      for (long key : KEYS) {
        KeyedStateBackend<Long> subtask = of(subtasks, key);
        boolean first = subtask == subtasks.get(0);
        write(subtask, key, first ? i : order.applyAsInt(i));
      }
    }
    return null;
  }

  private static Void expectFilled(List<KeyedStateBackend<Long>> subtasks) {
    for (int state = 0; state < STATES; state++) {
      for (long key : KEYS) {
        expect(of(subtasks, key), key, state);
      }
    }
    return null;
  }

  private List<KeyedStateHandle> snapshot(
      List<KeyedStateBackend<Long>> subtasks, SnapshotOptions options) throws Exception {
    List<KeyedStateHandle> handles = new ArrayList<>();
    long id = ++checkpoint;
    var into = streams.forCheckpoint(id);
    for (KeyedStateBackend<Long> subtask : subtasks) {
      RunnableFuture<KeyedStateHandle> future = subtask.snapshot(id, into, options);
      future.run();
      handles.add(future.get());
    }
    streams.complete(id, handles);
    return handles;
  }

  private List<KeyedStateHandle> increment(List<KeyedStateBackend<Long>> subtasks)
      throws Exception {
    return snapshot(subtasks, SnapshotOptions.checkpoint(Compression.NONE));
  }

  private List<KeyedStateBackend<Long>> restored(
      RocksKeyedStoreFactory from, int parallelism, List<KeyedStateHandle> handles)
      throws IOException {
    List<KeyedStateBackend<Long>> subtasks = subtasks(from, parallelism);
    for (KeyedStateBackend<Long> subtask : subtasks) {
      subtask.restore(handles, streams, RestoreProgress.NONE);
      for (int state = 0; state < STATES; state++) {
        declare(subtask, state);
      }
    }
    return subtasks;
  }

  private static void close(List<KeyedStateBackend<Long>> subtasks) {
    subtasks.forEach(KeyedStateBackend::close);
  }

  private RocksManifest manifest(KeyedStateHandle handle) throws IOException {
    return RocksManifest.open((KeyedStateHandle.Incremental) handle, streams);
  }

  /** What RocksDB pays for by state: options it rewrites, files it syncs, memory. */
  private void expectFewFamilies(KeyedStateHandle handle) throws IOException {
    RocksManifest manifest = manifest(handle);
    assertThat(manifest.schema().states()).hasSize(STATES);
    assertThat(manifest.states().columns()).hasSize(RocksHome.OWN_FAMILIES + 1);
    assertThat(manifest.tables().all()).hasSizeLessThanOrEqualTo(2 * (RocksHome.OWN_FAMILIES + 1));
  }

  @Test
  void states_manyDeclaredAtOnce_shareAFamilyAndAreRestored() throws Exception {
    List<KeyedStateBackend<Long>> subtasks = subtasks(factory, 1);
    timed(
        "declared at once and written",
        () -> {
          for (int state = 0; state < STATES; state++) {
            declare(subtasks.get(0), state);
          }
          return fill(subtasks, state -> state);
        });
    List<KeyedStateHandle> handles = timed("increment", () -> increment(subtasks));
    expectFewFamilies(handles.get(0));
    List<KeyedStateHandle> same = timed("increment of nothing", () -> increment(subtasks));
    assertThat(manifest(same.get(0)).files()).isEqualTo(manifest(handles.get(0)).files());
    List<KeyedStateHandle> savepoint =
        timed("savepoint", () -> snapshot(subtasks, SnapshotOptions.savepoint(Compression.NONE)));
    close(subtasks);
    for (List<KeyedStateHandle> from : List.of(handles, savepoint)) {
      String kind = from == savepoint ? "a savepoint" : "an increment";
      List<KeyedStateBackend<Long>> restored =
          timed("restored from " + kind, () -> restored(factory, 1, from));
      timed("read", () -> expectFilled(restored));
      expectFewFamilies(increment(restored).get(0));
      close(restored);
    }
  }

  @Test
  void states_manyDeclaredLater_shareAFamilyAndAreRescaled() throws Exception {
    List<KeyedStateBackend<Long>> two = subtasks(factory, 2);
    timed("declared later, by two subtasks", () -> fill(two, state -> STATES - 1 - state));
    List<KeyedStateHandle> handles = timed("increment of two", () -> increment(two));
    expectFewFamilies(handles.get(0));
    expectFewFamilies(handles.get(1));
    close(two);
    List<KeyedStateBackend<Long>> one =
        timed("two subtasks restored as one", () -> restored(factory, 1, handles));
    timed("read", () -> expectFilled(one));
    List<KeyedStateHandle> again = increment(one);
    expectFewFamilies(again.get(0));
    close(one);
    List<KeyedStateBackend<Long>> three =
        timed("one subtask restored as three", () -> restored(factory, 3, again));
    timed("read", () -> expectFilled(three));
    assertThat(three.stream().mapToLong(KeyedStateBackend::entries).sum())
        .isEqualTo((long) STATES * KEYS.length);
    increment(three);
    close(three);
  }

  /** As all stores wrote them before states shared a family. */
  @Test
  void restore_oneFamilyForEachState_isTakenAsItIs() throws Exception {
    RocksKeyedStoreFactory before = factory("before", Integer.MAX_VALUE);
    List<KeyedStateBackend<Long>> old = subtasks(before, 1);
    fill(old, state -> state);
    List<KeyedStateHandle> handles = increment(old);
    assertThat(manifest(handles.get(0)).states().columns()).hasSize(STATES);
    close(old);
    List<KeyedStateBackend<Long>> restored =
        timed("a family each, restored", () -> restored(factory, 1, handles));
    expectFilled(restored);
    of(restored, 1).getState(new ValueStateDescriptor<>("new", Serializers.ints())).update(7);
    List<KeyedStateHandle> next = increment(restored);
    assertThat(manifest(next.get(0)).files()).containsAll(manifest(handles.get(0)).files());
    assertThat(manifest(next.get(0)).lastSlot()).isZero();
    close(restored);
    List<KeyedStateBackend<Long>> again = restored(factory, 2, next);
    expectFilled(again);
    assertThat(of(again, 1).getState(new ValueStateDescriptor<>("new", Serializers.ints())).value())
        .isEqualTo(7);
    close(again);
    assertThat(before.openNativeHandles()).isZero();
  }
}
