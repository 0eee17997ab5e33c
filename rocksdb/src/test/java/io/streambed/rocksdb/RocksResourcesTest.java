package io.streambed.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.entry.EntryCursor;
import io.streambed.error.StorageException;
import io.streambed.file.LocalFileSystem;
import io.streambed.key.KeyGroupRange;
import io.streambed.serial.KeyHasher;
import io.streambed.serial.Serializer;
import io.streambed.serial.SerializerSnapshot;
import io.streambed.serial.Serializers;
import io.streambed.serial.VoidNamespace;
import io.streambed.snapshot.IncrementalStore;
import io.streambed.state.StateKind;
import io.streambed.store.FrozenView;
import io.streambed.store.KeyedStore;
import io.streambed.store.MapTable;
import io.streambed.store.QueueSpec;
import io.streambed.store.StoreContext;
import io.streambed.store.TableSpec;
import io.streambed.store.ValueTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** Directories, native objects, failures of the disk and of the library: what a process sees. */
class RocksResourcesTest {
  private static final KeyGroupRange ALL = new KeyGroupRange(0, 7);

  @TempDir Path directory;
  private Path databases;
  private Path own;
  private RocksKeyedStoreFactory factory;

  @BeforeEach
  void makeFactory() {
    databases = directory.resolve("databases");
    own = databases.resolve("streambed-rocksdb");
    factory = factory(RocksOptions.in(databases).withMemoryBytes(8 << 20));
  }

  private static RocksKeyedStoreFactory factory(RocksOptions options) {
    return new RocksKeyedStoreFactory(new LocalFileSystem(), options);
  }

  private static KeyedStore<String> store(RocksKeyedStoreFactory of) {
    return of.create(StoreContext.alone(Serializers.strings(), 8, ALL));
  }

  private static ValueTable<String, VoidNamespace, byte[]> values(KeyedStore<String> store) {
    return store.openValues(
        new TableSpec<>(
            "blobs", StateKind.VALUE, Serializers.unit(), null, Serializers.byteArrays()));
  }

  private static MapTable<String, VoidNamespace, Long, Integer> maps(KeyedStore<String> store) {
    return store.openMaps(
        new TableSpec<>(
            "maps", StateKind.MAP, Serializers.unit(), Serializers.longs(), Serializers.ints()));
  }

  private List<String> databasesOnDisk() throws IOException {
    try (Stream<Path> paths = Files.list(own)) {
      return paths
          .map(path -> path.getFileName().toString())
          .filter(name -> name.startsWith("db-"))
          .sorted()
          .toList();
    }
  }

  @Test
  void handles_afterAnyUse_areAllClosedAndTheFilesGone() throws IOException {
    KeyedStore<String> store = store(factory);
    MapTable<String, VoidNamespace, Long, Integer> maps = maps(store);
    var queue =
        store.openQueue(new QueueSpec<>("queue", Serializers.longs(), at -> (int) (at % 8)));
    for (int i = 0; i < 2000; i++) {
      store.context().setKey("key" + i % 3);
      maps.put((long) i, i, 0);
      queue.add((long) i);
    }
    // Walks that nobody ends, of tables and of views.
    assertThat(maps.entriesCursor().advance()).isTrue();
    assertThat(maps.cursor().advance()).isTrue();
    FrozenView kept = store.freeze(1);
    FrozenView cancelled = store.freeze(2);
    EntryCursor half = cancelled.entries(3);
    assertThat(half.advance()).isTrue();
    cancelled.close();
    assertThatThrownBy(half::advance).isInstanceOf(IllegalStateException.class);
    KeyedStore<String> second = store(factory);
    second.load(kept);
    second.dropCarried("queue");
    assertThat(maps(second).entries()).isEqualTo(2000);
    assertThat(databasesOnDisk()).containsExactly("db-0", "db-1");
    second.close();
    store.close();
    assertThat(databasesOnDisk()).containsExactly("db-0");
    assertThat(factory.openNativeHandles()).isPositive();
    kept.close();
    assertThat(factory.openNativeHandles()).isZero();
    assertThat(databasesOnDisk()).isEmpty();
  }

  @Test
  void tables_afterTheStoreIsClosed_refuse() {
    KeyedStore<String> store = store(factory);
    ValueTable<String, VoidNamespace, byte[]> values = values(store);
    store.context().setKey("a");
    values.put(new byte[1], 0);
    store.close();
    for (Runnable use :
        List.<Runnable>of(
            values::get, () -> values.put(new byte[2], 0), values::clear, values::entries)) {
      assertThatThrownBy(use::run)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("closed");
    }
  }

  /** Without a look RocksDB would end the process: what the table stands on is freed. */
  @Test
  void tables_afterTheirStateIsDroppedOrMigrated_refuse() {
    try (KeyedStore<String> store = store(factory)) {
      ValueTable<String, VoidNamespace, byte[]> blobs = values(store);
      MapTable<String, VoidNamespace, Long, Integer> maps = maps(store);
      store.context().setKey("a");
      blobs.put(new byte[1], 0);
      maps.put(1L, 1, 0);
      store.closeState("blobs");
      store.dropCarried("blobs");
      store.closeState("maps");
      MapTable<String, VoidNamespace, Long, Long> migrated =
          store.openMaps(
              new TableSpec<>(
                  "maps",
                  StateKind.MAP,
                  Serializers.unit(),
                  Serializers.longs(),
                  Serializers.longs()));
      for (Runnable use :
          List.<Runnable>of(
              blobs::get,
              () -> blobs.put(new byte[2], 0),
              blobs::clear,
              blobs::entries,
              () -> maps.contains(1L),
              () -> maps.put(1L, 1, 0),
              () -> maps.remove(1L),
              maps::isEmpty)) {
        assertThatThrownBy(use::run)
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("open it anew");
      }
      assertThat(migrated.get(1L)).isEqualTo(1L);
      values(store).put(new byte[3], 0);
    }
    assertThat(factory.openNativeHandles()).isZero();
  }

  /** Longs that stop to say what they are. */
  private static final class SilentLongs implements Serializer<Long> {
    private boolean silent;

    @Override
    public void write(Long value, ByteWriter out) {
      out.writeLong(value);
    }

    @Override
    public Long read(ByteReader in) {
      return in.readLong();
    }

    @Override
    public Long copy(Long value) {
      return value;
    }

    @Override
    public boolean immutable() {
      return true;
    }

    @Override
    public Serializer<Long> duplicate() {
      return this;
    }

    @Override
    public KeyHasher<Long> keyHasher() {
      return Serializers.longs().keyHasher();
    }

    @Override
    public SerializerSnapshot snapshot() {
      if (silent) {
        throw new IllegalStateException("silent");
      }
      return Serializers.longs().snapshot();
    }
  }

  @Test
  void freezeFiles_serializerThrows_leavesNothing() throws IOException {
    SilentLongs keys = new SilentLongs();
    try (KeyedStore<Long> store = factory.create(StoreContext.alone(keys, 8, ALL))) {
      keys.silent = true;
      assertThatThrownBy(() -> ((IncrementalStore) store).freezeFiles(1)).hasMessage("silent");
      assertThatThrownBy(() -> store.freeze(1)).hasMessage("silent");
      assertThat(databasesOnDisk()).containsExactly("db-0");
    }
    assertThat(factory.openNativeHandles()).isZero();
    // Nobody holds the directory any more.
    store(factory(RocksOptions.in(databases))).close();
  }

  @Test
  void create_directoryInUse_isRefusedUntilItIsFree() {
    RocksKeyedStoreFactory other = factory(RocksOptions.in(databases));
    try (KeyedStore<String> holder = store(factory)) {
      holder.context().setKey("a");
      assertThatThrownBy(() -> store(other))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining(databases.toString())
          .hasMessageContaining("in use");
      assertThat(other.openNativeHandles()).isZero();
      values(holder).put(new byte[1], 0);
    }
    store(other).close();
    assertThat(other.openNativeHandles()).isZero();
  }

  @Test
  void create_leftoversOfADeadProcess_areRemovedAndNothingElse() throws IOException {
    Files.createDirectories(own.resolve("db-7/deep"));
    Files.writeString(own.resolve("db-7/deep/file"), "x");
    Files.writeString(own.resolve("db-notes"), "x");
    Path foreign = databases.resolve("db-1/important");
    Files.createDirectories(foreign.getParent());
    Files.writeString(foreign, "never written by a store");
    try (KeyedStore<String> store = store(factory)) {
      store.context().setKey("a");
      assertThat(databasesOnDisk()).containsExactly("db-0", "db-notes");
      assertThat(foreign).exists();
    }
  }

  @Test
  void create_directoryThatIsAFile_isRefusedAndNamed() throws IOException {
    Files.writeString(databases, "in the way");
    assertThatThrownBy(() -> store(factory))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining(databases.toString());
    assertThat(factory.openNativeHandles()).isZero();
    Files.delete(databases);
    store(factory).close();
  }

  @Test
  void open_databaseThatSomebodyElseHolds_isRefusedAndNamed() throws RocksDBException {
    try (KeyedStore<String> first = store(factory)) {
      try (RocksDB holder = RocksDB.open(own.resolve("db-1").toString())) {
        assertThat(holder.isOwningHandle()).isTrue();
        assertThatThrownBy(() -> store(factory))
            .isInstanceOf(StorageException.class)
            .hasMessageContaining("db-1")
            .hasMessageContaining("lock");
      }
      first.context().setKey("a");
      values(first).put(new byte[3], 0);
      store(factory).close();
    }
    assertThat(factory.openNativeHandles()).isZero();
  }

  @Test
  void write_diskFailsWhileFlushing_isToldAndTheStoreIsNotUsedAnyMore() throws IOException {
    RocksKeyedStoreFactory small =
        factory(
            RocksOptions.in(databases)
                .withMemoryBytes(RocksOptions.MIN_MEMORY_BYTES)
                .withNamed(Map.of("write_buffer_size", "65536")));
    KeyedStore<String> store = store(small);
    ValueTable<String, VoidNamespace, byte[]> values = values(store);
    store.context().setKey("a");
    values.put(new byte[10], 0);
    // No file can be made any more; a full disk says the same by another word.
    new LocalFileSystem().deleteRecursively(own.resolve("db-0"));
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 100_000; i++) {
                store.context().setKey("key" + i);
                values.put(new byte[1000], 0);
              }
            })
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("blobs")
        .hasMessageContaining("db-0");
    assertThatThrownBy(values::get)
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("earlier failure");
    assertThatThrownBy(() -> store.freeze(1)).isInstanceOf(StorageException.class);
    store.close();
    assertThat(small.openNativeHandles()).isZero();
    store(small).close();
  }

  @Test
  void library_thatCannotBeLoaded_isNamedWithPlatformAndPath() {
    assertThatThrownBy(
            () ->
                NativeLibrary.load(
                    () -> {
                      throw new UnsatisfiedLinkError("not for this machine");
                    }))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining(System.getProperty("os.arch"))
        .hasMessageContaining(System.getProperty("java.io.tmpdir"))
        .hasMessageContaining("not for this machine");
  }

  @Test
  void library_noDirectoryToUnpackItInto_endsInOneErrorAndNoCrash() throws Exception {
    Path missing = directory.resolve("missing");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + missing,
                "-cp",
                System.getProperty("java.class.path"),
                LoadsTheLibrary.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(output).contains("StorageException").contains(missing.toString());
    assertThat(process.exitValue()).isEqualTo(7);
  }

  /** Main of the child process. */
  static final class LoadsTheLibrary {
    public static void main(String[] arguments) {
      try {
        NativeLibrary.load();
      } catch (StorageException e) {
        System.out.println(e);
        System.exit(7);
      }
    }
  }

  @Test
  void metrics_statesThatAreOpen_haveEveryNumber() {
    Map<String, Long> found = new HashMap<>();
    try (KeyedStore<String> store = store(factory)) {
      ValueTable<String, VoidNamespace, byte[]> values = values(store);
      maps(store);
      for (int i = 0; i < 1000; i++) {
        store.context().setKey("key" + i);
        values.put(new byte[100], 0);
      }
      RocksMetrics metrics = factory.metrics();
      assertThat(metrics.states()).containsExactly("blobs", "maps");
      for (String name : metrics.names()) {
        found.put(name, metrics.value("blobs", name));
        assertThat(metrics.value("maps", name)).isZero();
      }
      assertThatThrownBy(() -> metrics.value("blobs", "nonsense"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("nonsense");
    }
    assertThat(found)
        .containsEntry("estimate-num-keys", 1000L)
        .containsEntry("background-errors", 0L);
    assertThat(found.get("size-all-mem-tables")).isGreaterThan(100_000L);
    assertThat(factory.metrics().states()).isEmpty();
    assertThat(factory.metrics().value("blobs", "estimate-num-keys")).isZero();
  }

  @Test
  void metrics_twoStores_countTheSharedCacheOnce() {
    try (KeyedStore<String> one = store(factory);
        KeyedStore<String> two = store(factory)) {
      one.context().setKey("a");
      values(one).put(new byte[1000], 0);
      long alone = factory.metrics().value("blobs", "block-cache-usage");
      two.context().setKey("a");
      values(two).put(new byte[1], 0);
      assertThat(factory.metrics().value("blobs", "block-cache-usage")).isLessThan(alone * 3 / 2);
    }
  }

  @Test
  void options_outOfRange_areRefused() {
    RocksOptions options = RocksOptions.in(databases);
    assertThatThrownBy(() -> options.withMemoryBytes(RocksOptions.MIN_MEMORY_BYTES - 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> options.withTimersPerKeyGroup(0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> factory(options.withNamed(Map.of("nonsense", "1"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nonsense");
  }

  @Test
  void create_directoryThatCannotBeMade_saysWhatToChoose() throws IOException {
    Path file = Files.createFile(Files.createDirectories(databases).resolve("file"));
    RocksKeyedStoreFactory factory = factory(RocksOptions.in(file));
    assertThatThrownBy(() -> store(factory))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("options choose one");
  }
}
