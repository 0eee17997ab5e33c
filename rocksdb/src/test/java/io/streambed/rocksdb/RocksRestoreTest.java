package io.streambed.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.error.CorruptionException;
import io.streambed.error.IncompatibleStateException;
import io.streambed.file.Compression;
import io.streambed.file.FileInput;
import io.streambed.file.LocalFileSystem;
import io.streambed.key.KeyGroupRange;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import io.streambed.serial.VoidNamespace;
import io.streambed.snapshot.FrozenFiles;
import io.streambed.snapshot.IncrementalStore;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.KeyedStateStatistics;
import io.streambed.snapshot.RestoreProgress;
import io.streambed.snapshot.SnapshotInputs;
import io.streambed.snapshot.SnapshotOrigin;
import io.streambed.snapshot.StreamHandle;
import io.streambed.state.StateKind;
import io.streambed.store.FrozenView;
import io.streambed.store.KeyedStore;
import io.streambed.store.ListTable;
import io.streambed.store.StoreContext;
import io.streambed.store.TableSpec;
import io.streambed.store.ValueTable;
import io.streambed.testkit.store.MemoryStreams;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Restores from files: what they take over, what they refuse, what they leave behind. */
class RocksRestoreTest {
  private static final int KEYS = 400;
  private static final KeyGroupRange ALL = new KeyGroupRange(0, 7);
  private static final KeyGroupRange LOW = new KeyGroupRange(0, 2);
  private static final KeyGroupRange HIGH = new KeyGroupRange(3, 7);

  @TempDir Path directory;
  private final MemoryStreams streams = new MemoryStreams();
  private RocksKeyedStoreFactory factory;
  private long checkpoint;

  @BeforeEach
  void makeFactory() {
    factory =
        new RocksKeyedStoreFactory(
            new LocalFileSystem(), RocksOptions.in(directory.resolve("stores")));
  }

  @AfterEach
  void nothing_isLeft() throws IOException {
    assertThat(factory.openNativeHandles()).isZero();
    try (Stream<Path> paths = Files.list(directory.resolve("stores/streambed-rocksdb"))) {
      assertThat(paths.map(path -> path.getFileName().toString())).containsExactly("_lock");
    }
    assertThat(streams.openStreams()).isZero();
  }

  private KeyedStore<String> store(KeyGroupRange range) {
    return factory.create(StoreContext.alone(Serializers.strings(), 8, range));
  }

  private static <V> ValueTable<String, VoidNamespace, V> values(
      KeyedStore<String> store, Serializer<V> serializer) {
    ValueTable<String, VoidNamespace, V> values =
        store.openValues(
            new TableSpec<>("values", StateKind.VALUE, Serializers.unit(), null, serializer));
    values.namespace(VoidNamespace.INSTANCE);
    return values;
  }

  private static ListTable<String, VoidNamespace, Long> lists(KeyedStore<String> store) {
    ListTable<String, VoidNamespace, Long> lists =
        store.openLists(
            new TableSpec<>(
                "lists", StateKind.LIST, Serializers.unit(), null, Serializers.longs()));
    lists.namespace(VoidNamespace.INSTANCE);
    return lists;
  }

  private static boolean own(KeyedStore<String> store, String key) {
    store.context().setKey(key);
    try {
      return store.context().range().contains(store.context().keyGroup());
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static void fill(KeyedStore<String> store) {
    ValueTable<String, VoidNamespace, Integer> values = values(store, Serializers.ints());
    ListTable<String, VoidNamespace, Long> lists = lists(store);
    for (int i = 0; i < KEYS; i++) {
      if (own(store, "key" + i)) {
        values.put(i, 0);
        lists.append((long) i, 0);
        lists.append(-1L, 0);
      }
    }
  }

  private static void expectFilled(KeyedStore<String> store) {
    ValueTable<String, VoidNamespace, Integer> values = values(store, Serializers.ints());
    ListTable<String, VoidNamespace, Long> lists = lists(store);
    int mine = 0;
    for (int i = 0; i < KEYS; i++) {
      if (own(store, "key" + i)) {
        mine++;
        assertThat(values.get()).isEqualTo(i);
        assertThat(lists.read()).containsExactly((long) i, -1L);
      }
    }
    assertThat(values.entries()).isEqualTo(mine).isPositive();
    assertThat(lists.entries()).isEqualTo(mine);
    store.checkInvariants();
  }

  private KeyedStateHandle.Incremental checkpoint(KeyedStore<String> store) throws IOException {
    checkpoint++;
    try (FrozenFiles frozen = ((IncrementalStore) store).freezeFiles(checkpoint)) {
      KeyedStateHandle.Incremental handle = write(frozen);
      streams.complete(checkpoint, List.of(handle));
      return handle;
    }
  }

  private KeyedStateHandle.Incremental write(FrozenFiles frozen) throws IOException {
    return frozen.write(
        new SnapshotOrigin("job", "operator", 0, checkpoint),
        Compression.DEFLATE,
        streams.forCheckpoint(checkpoint));
  }

  private KeyedStateHandle.Incremental written(KeyGroupRange range) throws IOException {
    try (KeyedStore<String> store = store(range)) {
      fill(store);
      return checkpoint(store);
    }
  }

  private static void restore(
      KeyedStore<String> store, SnapshotInputs inputs, KeyedStateHandle.Incremental... handles)
      throws IOException {
    ((IncrementalStore) store).restore(List.of(handles), inputs, RestoreProgress.NONE);
  }

  @Test
  void restore_sharedFileDamaged_isNoticedAndNothingStays() throws IOException {
    KeyedStateHandle.Incremental handle = written(ALL);
    Random random = new Random(1);
    assertThat(handle.files()).hasSize(2);
    StreamHandle other = handle.files().get(1);
    List<UnaryOperator<byte[]>> damages = new ArrayList<>();
    damages.add(bytes -> Arrays.copyOf(bytes, bytes.length - 1));
    damages.add(bytes -> Arrays.copyOf(bytes, bytes.length + 1));
    damages.add(bytes -> new byte[bytes.length]);
    damages.add(bytes -> read(streams, other));
    for (int i = 0; i < 20; i++) {
      damages.add(
          bytes -> {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            return bytes;
          });
    }
    for (UnaryOperator<byte[]> damage : damages) {
      SnapshotInputs damaged =
          stream ->
              stream.equals(handle.files().get(0))
                  ? FileInput.of("the damaged file", damage.apply(read(streams, stream)))
                  : streams.open(stream);
      try (KeyedStore<String> store = store(ALL)) {
        assertThatThrownBy(() -> restore(store, damaged, handle))
            .isInstanceOf(CorruptionException.class)
            .hasMessageContaining("the damaged file");
      }
    }
    streams.subsume(checkpoint);
    try (KeyedStore<String> store = store(ALL)) {
      assertThatThrownBy(() -> restore(store, streams, handle))
          .isInstanceOf(CorruptionException.class);
    }
  }

  private static byte[] read(SnapshotInputs inputs, StreamHandle stream) {
    try (FileInput in = inputs.open(stream)) {
      byte[] bytes = new byte[(int) in.length()];
      in.readFully(0, bytes, 0, bytes.length);
      return bytes;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void restore_filesThatCanBeLinked_areVerifiedAndNeverChanged() throws IOException {
    KeyedStateHandle.Incremental handle = written(ALL);
    Path shared = Files.createDirectories(directory.resolve("shared"));
    for (StreamHandle file : handle.files()) {
      Files.write(shared.resolve(file.fileId().toString()), read(streams, file));
    }
    SnapshotInputs linking =
        new SnapshotInputs() {
          @Override
          public FileInput open(StreamHandle stream) throws IOException {
            return stream.equals(handle.manifest())
                ? streams.open(stream)
                : new LocalFileSystem().open(shared.resolve(stream.fileId().toString()));
          }

          @Override
          public boolean link(StreamHandle stream, Path target) throws IOException {
            Files.createLink(target, shared.resolve(stream.fileId().toString()));
            return true;
          }
        };
    try (KeyedStore<String> store = store(ALL)) {
      restore(store, linking, handle);
      expectFilled(store);
      values(store, Serializers.ints()).put(5, 0);
      checkpoint(store);
    }
    try (KeyedStore<String> store = store(LOW)) {
      restore(store, linking, handle);
      expectFilled(store);
      checkpoint(store);
    }
    for (StreamHandle file : handle.files()) {
      Path path = shared.resolve(file.fileId().toString());
      assertThat(Files.readAllBytes(path)).isEqualTo(read(streams, file));
    }
    byte[] whole = read(streams, handle.files().get(0));
    byte[] flipped = whole.clone();
    flipped[whole.length / 2] ^= 1;
    for (byte[] damaged :
        List.of(
            flipped,
            Arrays.copyOf(whole, whole.length - 1),
            Arrays.copyOf(whole, whole.length + 1),
            read(streams, handle.files().get(1)))) {
      Path path = shared.resolve(handle.files().get(0).fileId().toString());
      Files.write(path, damaged);
      try (KeyedStore<String> store = store(ALL)) {
        assertThatThrownBy(() -> restore(store, linking, handle))
            .isInstanceOf(CorruptionException.class)
            .hasMessageStartingWith(path + " is damaged");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void restore_widerSerializer_migrates(boolean openFirst) throws IOException {
    KeyedStateHandle.Incremental low = written(LOW);
    KeyedStateHandle.Incremental high = written(HIGH);
    try (KeyedStore<String> store = store(ALL)) {
      ValueTable<String, VoidNamespace, Long> values =
          openFirst ? values(store, Serializers.longs()) : null;
      restore(store, streams, low, high);
      assertThat(store.carried()).hasSize(openFirst ? 1 : 2);
      try (FrozenView view = store.freeze(0)) {
        assertThat(KeyedStateStatistics.count(view, ALL))
            .extracting(state -> state.total().entries())
            .containsExactly((long) KEYS, (long) KEYS);
      }
      values = values(store, Serializers.longs());
      for (int i = 0; i < KEYS; i++) {
        store.context().setKey("key" + i);
        assertThat(values.get()).isEqualTo(i);
      }
      assertThat(values.entries()).isEqualTo(KEYS);
      assertThat(lists(store).entries()).isEqualTo(KEYS);
      assertThat(store.carried()).isEmpty();
      store.checkInvariants();
    }
  }

  @Test
  void restore_statesThatDoNotFit_areRefusedBeforeAnythingIsFetched() throws IOException {
    KeyedStateHandle.Incremental handle = written(ALL);
    SnapshotInputs manifestOnly =
        stream -> {
          assertThat(stream).isEqualTo(handle.manifest());
          return streams.open(stream);
        };
    try (KeyedStore<String> store = store(ALL)) {
      store.openLists(
          new TableSpec<>("values", StateKind.LIST, Serializers.unit(), null, Serializers.ints()));
      assertThatThrownBy(() -> restore(store, manifestOnly, handle))
          .isInstanceOf(IncompatibleStateException.class)
          .hasMessageContaining("values");
    }
    try (KeyedStore<String> store = store(ALL)) {
      values(store, Serializers.uuids());
      assertThatThrownBy(() -> restore(store, manifestOnly, handle))
          .isInstanceOf(IncompatibleStateException.class)
          .hasMessageContaining("values");
    }
    try (KeyedStore<String> store =
        factory.create(StoreContext.alone(Serializers.strings(), 16, ALL))) {
      assertThatThrownBy(() -> restore(store, manifestOnly, handle))
          .isInstanceOf(IncompatibleStateException.class)
          .hasMessageContaining("parallelism");
    }
    try (KeyedStore<Long> store = factory.create(StoreContext.alone(Serializers.longs(), 8, ALL))) {
      assertThatThrownBy(
              () ->
                  ((IncrementalStore) store)
                      .restore(List.of(handle), manifestOnly, RestoreProgress.NONE))
          .isInstanceOf(IncompatibleStateException.class)
          .hasMessageContaining("key");
    }
  }

  @Test
  void restore_usedStore_isRefused() throws IOException {
    KeyedStateHandle.Incremental handle = written(ALL);
    try (KeyedStore<String> store = store(ALL)) {
      restore(store, streams, handle);
      assertThatThrownBy(() -> restore(store, streams, handle))
          .isInstanceOf(IllegalStateException.class);
      expectFilled(store);
      assertThatThrownBy(() -> restore(store, streams, handle))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void restore_severalHandles_tellsProgressUpToTheEnd() throws IOException {
    KeyedStateHandle.Incremental low = written(LOW);
    KeyedStateHandle.Incremental high = written(HIGH);
    long total =
        RocksManifest.open(low, streams).bytes() + RocksManifest.open(high, streams).bytes();
    List<Long> told = new ArrayList<>();
    try (KeyedStore<String> store = store(ALL)) {
      ((IncrementalStore) store)
          .restore(
              List.of(low, high),
              streams,
              (done, all) -> {
                assertThat(all).isEqualTo(total);
                told.add(done);
              });
      expectFilled(store);
    }
    assertThat(told).isSorted().doesNotHaveDuplicates().last().isEqualTo(total);
  }

  @Test
  void freeze_afterARescale_refersToTheFilesOfTheBase() throws IOException {
    KeyedStateHandle.Incremental low = written(LOW);
    KeyedStateHandle.Incremental high = written(HIGH);
    KeyGroupRange middle = new KeyGroupRange(2, 6);
    try (KeyedStore<String> store = store(middle)) {
      restore(store, streams, low, high);
      expectFilled(store);
      KeyedStateHandle.Incremental next = checkpoint(store);
      assertThat(next.files()).containsAll(high.files()).doesNotContainAnyElementsOf(low.files());
      KeyedStateHandle.Incremental last = checkpoint(store);
      assertThat(last.files()).isEqualTo(next.files());
      try (KeyedStore<String> again = store(middle)) {
        restore(again, streams, last);
        expectFilled(again);
      }
    }
  }

  @Test
  void restore_thenANewState_hasAColumnOfItsOwn() throws IOException {
    KeyedStateHandle.Incremental handle = written(ALL);
    KeyedStateHandle.Incremental next;
    try (KeyedStore<String> store = store(ALL)) {
      restore(store, streams, handle);
      newer(store).put("new", 0);
      next = checkpoint(store);
      expectFilled(store);
    }
    try (KeyedStore<String> store = store(ALL)) {
      restore(store, streams, next);
      expectFilled(store);
      store.context().setKey("key1");
      assertThat(newer(store).get()).isEqualTo("new");
    }
    RocksManifest manifest = RocksManifest.open(next, streams);
    assertThat(manifest.states().columns()).hasSize(3);
    assertThat(manifest.tablesOf(0)).isNotEmpty();
  }

  private static ValueTable<String, VoidNamespace, String> newer(KeyedStore<String> store) {
    ValueTable<String, VoidNamespace, String> newer =
        store.openValues(
            new TableSpec<>(
                "newer", StateKind.VALUE, Serializers.unit(), null, Serializers.strings()));
    newer.namespace(VoidNamespace.INSTANCE);
    store.context().setKey("key1");
    return newer;
  }
}
