package io.streambed.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.error.CorruptionException;
import io.streambed.error.StorageException;
import io.streambed.file.Compression;
import io.streambed.file.LocalFileSystem;
import io.streambed.key.KeyGroupRange;
import io.streambed.keyed.KeyedStateBackend;
import io.streambed.rocksdb.TableUploads.Upload;
import io.streambed.serial.Serializers;
import io.streambed.snapshot.FrozenFiles;
import io.streambed.snapshot.IncrementalStore;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.SharedFiles;
import io.streambed.snapshot.SnapshotOptions;
import io.streambed.snapshot.SnapshotOrigin;
import io.streambed.snapshot.SnapshotOutput;
import io.streambed.snapshot.SnapshotStreams;
import io.streambed.snapshot.StreamHandle;
import io.streambed.state.ValueState;
import io.streambed.state.ValueStateDescriptor;
import io.streambed.store.KeyedStore;
import io.streambed.store.StoreContext;
import io.streambed.store.TaskInfo;
import io.streambed.testkit.store.MemoryStreams;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RunnableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Frozen files: who keeps what, what an upload notices, what a failure leaves. */
class RocksFreezeTest {
  private static final KeyGroupRange ALL = new KeyGroupRange(0, 7);
  private static final int ENTRIES = 20_000;

  @TempDir Path directory;
  private final MemoryStreams streams = new MemoryStreams();
  private RocksKeyedStoreFactory factory;
  private KeyedStore<Long> store;
  private KeyedStateBackend<Long> backend;
  private ValueState<byte[]> values;

  @BeforeEach
  void fill() {
    factory =
        new RocksKeyedStoreFactory(
            new LocalFileSystem(),
            RocksOptions.in(directory)
                .withMemoryBytes(RocksOptions.MIN_MEMORY_BYTES)
                .withNamed(Map.of("disable_auto_compactions", "true")));
    store = factory.create(StoreContext.alone(Serializers.longs(), 8, ALL));
    backend = new KeyedStateBackend<>(store, new TaskInfo("job", "operator", 0));
    values = backend.getState(new ValueStateDescriptor<>("values", Serializers.byteArrays()));
    Random random = new Random(3);
    for (long key = 0; key < ENTRIES; key++) {
      byte[] value = new byte[300];
      random.nextBytes(value);
      backend.setCurrentKey(key);
      values.update(value);
    }
  }

  @AfterEach
  void nothing_isLeft() throws IOException {
    backend.close();
    assertThat(factory.openNativeHandles()).isZero();
    assertThat(directories()).isEmpty();
    assertThat(streams.openStreams()).isZero();
  }

  private List<Path> directories() throws IOException {
    try (Stream<Path> paths = Files.list(directory.resolve("streambed-rocksdb"))) {
      return paths.filter(path -> path.getFileName().toString().startsWith("db-")).toList();
    }
  }

  private FrozenFiles freeze(long checkpoint) {
    return ((IncrementalStore) store).freezeFiles(checkpoint);
  }

  private static KeyedStateHandle.Incremental write(FrozenFiles frozen, SnapshotStreams to)
      throws IOException {
    return frozen.write(new SnapshotOrigin("job", "operator", 0, 1), Compression.NONE, to);
  }

  @Test
  void write_afterTheStoreIsClosed_holdsEverything() throws IOException {
    try (FrozenFiles frozen = freeze(1)) {
      backend.setCurrentKey(1L);
      values.update(new byte[1]);
      backend.close();
      KeyedStateHandle.Incremental handle = write(frozen, streams.forCheckpoint(1));
      RocksManifest manifest = RocksManifest.open(handle, streams);
      assertThat(manifest.tables().all().stream().mapToLong(RocksManifest.Table::entries).sum())
          .isEqualTo(ENTRIES);
      assertThat(manifest.origin()).isEqualTo(new SnapshotOrigin("job", "operator", 0, 1));
      assertThat(directories()).hasSize(1);
    }
    FrozenFiles closed = freezeOfAnother();
    closed.close();
    closed.close();
    assertThatThrownBy(() -> write(closed, streams.forCheckpoint(2)))
        .isInstanceOf(IllegalStateException.class);
  }

  private FrozenFiles freezeOfAnother() {
    try (KeyedStore<Long> other = factory.create(StoreContext.alone(Serializers.longs(), 8, ALL))) {
      return ((IncrementalStore) other).freezeFiles(1);
    }
  }

  @Test
  void write_uploadsOfAnAbortedOrPendingCheckpoint_areTakenOn() throws IOException {
    KeyedStateHandle.Incremental aborted = writeOnce(1);
    streams.abort(1);
    KeyedStateHandle.Incremental pending = writeOnce(2);
    assertThat(pending.files()).isEqualTo(aborted.files());
    KeyedStateHandle.Incremental third = writeOnce(3);
    assertThat(third.files()).isEqualTo(aborted.files());
    streams.abort(2);
    streams.complete(3, List.of(third));
    assertThat(writeOnce(4).files()).isEqualTo(aborted.files());
  }

  @Test
  @Tag("SPARK-43404")
  @Tag("SPARK-52637")
  void write_uploadsThatAreGone_areMadeAnew() throws IOException {
    KeyedStateHandle.Incremental aborted = writeOnce(1);
    streams.abort(1);
    streams.forCheckpoint(2);
    streams.complete(2, List.of());
    assertThat(streams.sharedFiles()).isZero();
    assertThat(writeOnce(3).files()).doesNotContainAnyElementsOf(aborted.files());
  }

  private KeyedStateHandle.Incremental writeOnce(long checkpoint) throws IOException {
    try (FrozenFiles frozen = freeze(checkpoint)) {
      return write(frozen, streams.forCheckpoint(checkpoint));
    }
  }

  @Test
  void snapshot_cancelledWhileItUploads_endsAndLeavesNothing() throws IOException {
    SnapshotStreams memory = streams.forCheckpoint(1);
    RunnableFuture<?>[] future = new RunnableFuture<?>[1];
    SnapshotStreams cancelling =
        new SnapshotStreams() {
          @Override
          public SnapshotOutput create(String purpose) throws IOException {
            throw new AssertionError("the manifest is written last");
          }

          @Override
          public SharedFiles shared() {
            return new SharedFiles() {
              @Override
              public SnapshotOutput create(String purpose) throws IOException {
                return new CancellingOutput(memory.shared().create(purpose), future);
              }

              @Override
              public boolean reuse(StreamHandle.Shared file) {
                return memory.shared().reuse(file);
              }
            };
          }
        };
    future[0] = backend.snapshot(1, cancelling, SnapshotOptions.checkpoint(Compression.NONE));
    future[0].run();
    assertThatThrownBy(() -> future[0].get()).isInstanceOf(CancellationException.class);
    assertThat(streams.openStreams()).isZero();
    assertThat(directories()).hasSize(1);
    streams.abort(1);
    assertThat(streams.sharedFiles()).isZero();
  }

  /** Somebody cancels the snapshot when it begins to write. */
  private static final class CancellingOutput extends SnapshotOutput {
    private final SnapshotOutput out;
    private final RunnableFuture<?>[] snapshot;

    CancellingOutput(SnapshotOutput out, RunnableFuture<?>[] snapshot) {
      this.out = out;
      this.snapshot = snapshot;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      snapshot[0].cancel(false);
      out.write(bytes, offset, length);
    }

    @Override
    public UUID fileId() {
      return out.fileId();
    }

    @Override
    public StreamHandle finish(int checksum) throws IOException {
      return out.finish(checksum);
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }

  @Test
  void write_tableFileDamagedUnderTheStore_isNoticedBeforeItIsUploaded() throws IOException {
    try (FrozenFiles frozen = freeze(1)) {
      Path table = table(1);
      byte[] bytes = Files.readAllBytes(table);
      bytes[bytes.length / 3] ^= 16;
      Files.write(table, bytes);
      SnapshotStreams to = streams.forCheckpoint(1);
      assertThatThrownBy(() -> write(frozen, to))
          .isInstanceOf(CorruptionException.class)
          .hasMessageContaining(table.getFileName().toString());
      Files.delete(table);
      assertThatThrownBy(() -> write(frozen, to)).isInstanceOf(CorruptionException.class);
    }
  }

  @Test
  void write_fileOfAnUnknownSort_isRefused() throws IOException {
    List<String> names = List.of("000077.blob", "000077.sst", "000078.log");
    for (int i = 1; i <= names.size(); i++) {
      try (FrozenFiles frozen = freeze(i)) {
        Path unknown = directory.resolve("streambed-rocksdb/db-" + i).resolve(names.get(i - 1));
        Files.write(unknown, new byte[1]);
        SnapshotStreams to = streams.forCheckpoint(i);
        assertThatThrownBy(() -> write(frozen, to))
            .isInstanceOf(StorageException.class)
            .hasMessageContaining(unknown.toString());
      }
    }
    assertThat(streams.sharedFiles()).isZero();
  }

  @Test
  void get_tableFileDamagedUnderTheStore_isOneTypedError() throws IOException {
    freeze(1).close();
    Path table = table(0);
    byte[] bytes = Files.readAllBytes(table);
    Arrays.fill(bytes, 0, bytes.length / 2, (byte) 0x5A);
    Files.write(table, bytes);
    assertThatThrownBy(
            () -> {
              for (long key = 0; key < ENTRIES; key++) {
                backend.setCurrentKey(key);
                assertThat(values.value()).hasSize(300);
              }
            })
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining("values");
    assertThatThrownBy(() -> freeze(2))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("earlier failure");
    assertThat(directories()).hasSize(1);
  }

  @Test
  void freeze_tableFileIsGone_isToldAndLeavesNothing() throws IOException {
    freeze(1).close();
    // The link of a file that is gone cannot be made.
    Files.delete(table(0));
    assertThatThrownBy(() -> freeze(2))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("checkpoint 2");
    assertThat(directories()).hasSize(1);
  }

  /** The first table file of the database, or of the files frozen from it. */
  private Path table(int database) throws IOException {
    try (Stream<Path> paths = Files.list(directory.resolve("streambed-rocksdb/db-" + database))) {
      return paths.filter(path -> path.toString().endsWith(".sst")).sorted().findFirst().get();
    }
  }

  @Test
  void create_filesThatADeadProcessFroze_areRemoved() throws IOException {
    backend.close();
    Files.createDirectories(directory.resolve("streambed-rocksdb/db-3"));
    Files.createDirectories(directory.resolve("streambed-rocksdb/db-4.tmp"));
    Files.createFile(directory.resolve("streambed-rocksdb/db-4.tmp/000012.sst"));
    store = factory.create(StoreContext.alone(Serializers.longs(), 8, ALL));
    backend = new KeyedStateBackend<>(store, new TaskInfo("job", "operator", 0));
    assertThat(directories()).hasSize(1);
  }

  @Test
  void uploads_filesNoLongerLive_areForgotten() {
    TableUploads uploads = new TableUploads();
    for (int i = 0; i < 20; i++) {
      uploads.add("restored", upload(i));
    }
    assertThat(uploads.of("restored")).hasSize(8).startsWith(upload(19));
    uploads.live(2, Set.of("restored", "second"));
    uploads.add("second", upload(21));
    uploads.live(1, Set.of("restored", "first"));
    uploads.add("first", upload(22));
    assertThat(uploads.of("first")).isEmpty();
    uploads.live(3, Set.of("second"));
    assertThat(uploads.of("second")).containsExactly(upload(21));
    assertThat(uploads.size()).isEqualTo(1);
  }

  private static Upload upload(int number) {
    return new Upload(
        new TableContent.SharedFile(new StreamHandle.Shared(new UUID(0, number), 0, 10)), 1);
  }
}
