package io.streambed.checkpoint;

import static io.streambed.snapshot.SnapshotType.CHECKPOINT;
import static io.streambed.snapshot.SnapshotType.SAVEPOINT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.error.CorruptionException;
import io.streambed.error.StorageException;
import io.streambed.file.FileSystem;
import io.streambed.file.LocalFileSystem;
import io.streambed.snapshot.SnapshotType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a reader without a lock sees: of a job that goes on meanwhile, and of other's files. */
class CheckpointDirectoryTest {
  private static final int STATE_BYTES = 300;

  private final LocalFileSystem files = new LocalFileSystem();
  @TempDir private Path directory;
  private Path root;

  @BeforeEach
  void setUp() {
    root = directory.resolve("job");
  }

  private FileCheckpointStorage storage() {
    FileStorageOptions options =
        FileStorageOptions.in(root).withSavepointRoot(directory.resolve("savepoints"));
    return new FileCheckpointStorage(files, options, Handles.ids(1));
  }

  private static Path take(ClaimedCheckpoints claim, long id, SnapshotType type, Long... retain)
      throws IOException {
    CheckpointWriter writer = claim.begin(id, type);
    var handle = Handles.write(writer, new byte[STATE_BYTES]);
    writer.commit(id, Handles.operators(handle), Set.of(retain));
    return Path.of(writer.location());
  }

  /** The same files; before a file of some name is opened, something else happens. */
  private FileSystem beforeOpening(String name, Runnable event) {
    return (FileSystem)
        Proxy.newProxyInstance(
            FileSystem.class.getClassLoader(),
            new Class<?>[] {FileSystem.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("open") && ((Path) arguments[0]).endsWith(name)) {
                event.run();
              }
              try {
                return method.invoke(files, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  /** A job that takes its next checkpoint, and keeps so many. */
  private static Runnable nextCheckpoint(ClaimedCheckpoints claim, int kept) {
    return () -> {
      List<Long> ids = claim.completed();
      Long[] retained = ids.subList(ids.size() - kept + 1, ids.size()).toArray(Long[]::new);
      try {
        take(claim, ids.get(ids.size() - 1) + 1, CHECKPOINT, retained);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }

  @Test
  void open_latestReplacedMeanwhile_givesTheNewLatest() throws IOException {
    try (ClaimedCheckpoints claim = storage().claim("flights")) {
      take(claim, 1, CHECKPOINT);
      AtomicInteger replaced = new AtomicInteger();
      Runnable next = nextCheckpoint(claim, 1);
      FileSystem live =
          beforeOpening(
              "_metadata",
              () -> {
                if (replaced.incrementAndGet() < 4) {
                  next.run();
                }
              });
      assertThat(FileCheckpointStorage.open(live, root).metadata().checkpointId()).isEqualTo(4);
      assertThat(replaced).hasValue(4);
    }
  }

  @Test
  void open_latestReplacedAgainAndAgain_endsAndSaysSo() throws IOException {
    try (ClaimedCheckpoints claim = storage().claim("flights")) {
      take(claim, 1, CHECKPOINT);
      FileSystem live = beforeOpening("_metadata", nextCheckpoint(claim, 1));
      assertThatThrownBy(() -> FileCheckpointStorage.open(live, root))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining(root + " was replaced 10 times");
    }
  }

  @Test
  void open_latestDamagedWhileTheJobGoesOn_isDamage() throws IOException {
    try (ClaimedCheckpoints claim = storage().claim("flights")) {
      Path damaged = take(claim, 1, CHECKPOINT).resolve("_metadata");
      Files.write(damaged, new byte[200]);
      FileSystem live = beforeOpening("_metadata", nextCheckpoint(claim, 2));
      assertThatThrownBy(() -> FileCheckpointStorage.open(live, root))
          .isInstanceOf(CorruptionException.class)
          .hasMessageContaining(damaged.toString());
      assertThat(claim.completed()).containsExactly(1L, 2L);
    }
  }

  @Test
  void isKept_listedRemovedAndCopied_tellsThemApart() throws IOException {
    try (ClaimedCheckpoints claim = storage().claim("flights")) {
      Path first = take(claim, 1, CHECKPOINT);
      assertThat(FileCheckpointStorage.isKept(files, first)).isTrue();
      Path copy = Files.createDirectories(directory.resolve("copy/chk-1-1"));
      Files.copy(first.resolve("_metadata"), copy.resolve("_metadata"));
      Path savepoint = take(claim, 2, SAVEPOINT);
      Path last = take(claim, 3, CHECKPOINT);
      assertThat(FileCheckpointStorage.isKept(files, first)).isFalse();
      Files.createDirectory(first); // as long as it is being removed
      assertThat(FileCheckpointStorage.isKept(files, first)).isFalse();
      for (Path kept : List.of(copy, savepoint, last)) {
        assertThat(FileCheckpointStorage.isKept(files, kept)).as(kept.toString()).isTrue();
      }
    }
  }

  @Test
  void complete_rootAndSavepoints_listsThoseThatAreComplete() throws IOException {
    try (ClaimedCheckpoints claim = storage().claim("flights")) {
      take(claim, 1, CHECKPOINT);
      Path second = take(claim, 2, CHECKPOINT);
      Path savepoint = take(claim, 3, SAVEPOINT);
      Path fourth = take(claim, 4, CHECKPOINT, 2L);
      CheckpointWriter pending = claim.begin(5, CHECKPOINT);
      Files.createDirectories(savepoint.resolveSibling("savepoint-9-of-a-dead-process"));
      assertThat(FileCheckpointStorage.complete(files, root)).containsExactly(second, fourth);
      assertThat(FileCheckpointStorage.complete(files, savepoint.getParent()))
          .containsExactly(savepoint);
      Files.move(savepoint, root.resolve("savepoint-3"));
      assertThat(FileCheckpointStorage.complete(files, root))
          .containsExactly(second, fourth, root.resolve("savepoint-3"));
      pending.discard();
    }
  }

  @Test
  void open_checkpointOfFlink_saysThatItIsFlinks() throws IOException {
    Path flinks = Files.createDirectories(directory.resolve("5a1c/chk-17"));
    Path metadata = flinks.resolve("_metadata");
    Files.write(metadata, new byte[] {0x49, 0x60, 0x67, 0x2D, 0, 0, 0, 6, 1, 2, 3});
    for (Path path : List.of(flinks, flinks.getParent(), metadata)) {
      assertThatThrownBy(() -> FileCheckpointStorage.open(files, path))
          .isExactlyInstanceOf(StorageException.class)
          .hasMessageContaining(flinks + "")
          .hasMessageContaining("Apache Flink")
          .hasMessageContaining("flink run -s ");
    }
    Files.write(metadata, new byte[] {0x49, 0x60});
    assertThatThrownBy(() -> FileCheckpointStorage.open(files, flinks))
        .isInstanceOf(CorruptionException.class);
  }
}
