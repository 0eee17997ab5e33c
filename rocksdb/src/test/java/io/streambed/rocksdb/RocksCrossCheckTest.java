package io.streambed.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.error.CorruptionException;
import io.streambed.file.Compression;
import io.streambed.file.LocalFileSystem;
import io.streambed.key.KeyGroupRange;
import io.streambed.serial.Serializers;
import io.streambed.serial.VoidNamespace;
import io.streambed.snapshot.FrozenFiles;
import io.streambed.snapshot.IncrementalStore;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.SnapshotOrigin;
import io.streambed.state.StateKind;
import io.streambed.store.KeyedStore;
import io.streambed.store.QueueSpec;
import io.streambed.store.StoreContext;
import io.streambed.store.TableSpec;
import io.streambed.store.ValueTable;
import io.streambed.testkit.store.MemoryStreams;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files damaged behind the backs of all checksums: what RocksDB finds in them is not what was
 * written, and that alone must tell.
 */
class RocksCrossCheckTest {
  @TempDir Path directory;
  private RocksHome home;
  private FetchedFiles files;

  @BeforeEach
  void fetch() throws IOException {
    home =
        new RocksHome(
            new LocalFileSystem(),
            RocksOptions.in(directory).withMemoryBytes(RocksOptions.MIN_MEMORY_BYTES),
            RocksHome.OWN_FAMILIES);
    MemoryStreams streams = new MemoryStreams();
    RocksKeyedStoreFactory factory =
        new RocksKeyedStoreFactory(
            new LocalFileSystem(), RocksOptions.in(directory.resolve("writer")));
    KeyedStateHandle.Incremental handle = null;
    try (KeyedStore<String> store =
        factory.create(StoreContext.alone(Serializers.strings(), 4, new KeyGroupRange(0, 3)))) {
      ValueTable<String, VoidNamespace, Long> counts =
          store.openValues(
              new TableSpec<>(
                  "counts", StateKind.VALUE, Serializers.unit(), null, Serializers.longs()));
      var timers =
          store.openQueue(new QueueSpec<>("timers", Serializers.longs(), at -> (int) (at % 4)));
      counts.namespace(VoidNamespace.INSTANCE);
      // Several freezes: each leaves its records in RocksDB's list of files.
      for (int checkpoint = 1; checkpoint <= 3; checkpoint++) {
        for (int i = 0; i < 20 * checkpoint; i++) {
          store.context().setKey("key " + i);
          counts.put((long) i * checkpoint, 0);
          timers.add((long) i * checkpoint);
        }
        try (FrozenFiles frozen = ((IncrementalStore) store).freezeFiles(checkpoint)) {
          handle =
              frozen.write(
                  new SnapshotOrigin("job", "operator", 0, checkpoint),
                  Compression.NONE,
                  streams.forCheckpoint(checkpoint));
          streams.complete(checkpoint, List.of(handle));
        }
      }
    }
    assertThat(factory.openNativeHandles()).isZero();
    files = FetchedFiles.fetch(home, handle, streams, bytes -> {});
    files.openChecked().close();
  }

  @AfterEach
  void close() {
    files.close();
    assertThat(home.handles.count()).isZero();
  }

  private Path find(String glob) throws IOException {
    try (Stream<Path> paths = Files.list(files.path)) {
      return paths
          .filter(path -> path.getFileName().toString().matches(glob))
          .sorted()
          .findFirst()
          .orElseThrow();
    }
  }

  private void expectNoticed(String what) {
    assertThatThrownBy(() -> files.openChecked().close())
        .as(what)
        .isInstanceOf(CorruptionException.class);
  }

  @Test
  void openChecked_manifestCutAtAnyLength_isNoticed() throws IOException {
    Path manifest = find("MANIFEST-.*");
    byte[] bytes = Files.readAllBytes(manifest);
    for (int length = 0; length < bytes.length; length++) {
      Files.write(manifest, Arrays.copyOf(bytes, length));
      expectNoticed(length + " of " + bytes.length + " bytes");
    }
    Files.write(manifest, bytes);
    files.openChecked().close();
  }

  @Test
  void openChecked_anyBitOfCurrentFlipped_isNoticed() throws IOException {
    Path current = find("CURRENT");
    byte[] bytes = Files.readAllBytes(current);
    for (int bit = 0; bit < bytes.length * 8; bit++) {
      byte[] flipped = bytes.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      Files.write(current, flipped);
      expectNoticed("bit " + bit);
    }
    for (int length = 0; length < bytes.length; length++) {
      Files.write(current, Arrays.copyOf(bytes, length));
      expectNoticed(length + " bytes");
    }
    Files.delete(current);
    expectNoticed("no CURRENT");
  }

  @Test
  void openChecked_tableFileMissingOrCut_isNoticed() throws IOException {
    Path table = find(".*sst");
    byte[] bytes = Files.readAllBytes(table);
    Files.write(table, Arrays.copyOf(bytes, bytes.length - 1));
    expectNoticed("a byte less");
    Files.write(table, Arrays.copyOf(bytes, bytes.length + 1));
    expectNoticed("a byte more");
    Files.delete(table);
    expectNoticed("no file");
    Files.write(table, bytes);
    files.openChecked().close();
  }

  @Test
  void openChecked_otherManifest_isNoticed() throws IOException {
    // Sound, and of another database.
    Path other = directory.resolve("other");
    NativeDatabase empty = null;
    try {
      empty = NativeDatabase.create(home, other);
    } catch (org.rocksdb.RocksDBException e) {
      throw new AssertionError(e);
    }
    empty.close();
    String name;
    try (Stream<Path> paths = Files.list(other)) {
      Path manifest =
          paths.filter(path -> path.toString().contains("MANIFEST")).findFirst().orElseThrow();
      name = manifest.getFileName().toString();
      Files.deleteIfExists(files.path.resolve(name));
      Files.copy(manifest, files.path.resolve(name));
    }
    Files.write(find("CURRENT"), (name + "\n").getBytes(StandardCharsets.US_ASCII));
    expectNoticed("the manifest of an empty database");
  }
}
