package io.streambed.checkpoint;

import static io.streambed.snapshot.SnapshotType.CHECKPOINT;
import static io.streambed.snapshot.SnapshotType.SAVEPOINT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.error.CorruptionException;
import io.streambed.error.FencedException;
import io.streambed.error.ForeignFileException;
import io.streambed.error.IncompatibleStateException;
import io.streambed.error.LimitExceededException;
import io.streambed.error.StorageException;
import io.streambed.error.StreambedException;
import io.streambed.file.FileInput;
import io.streambed.file.LocalFileSystem;
import io.streambed.snapshot.SnapshotOutput;
import io.streambed.snapshot.SnapshotType;
import io.streambed.snapshot.StreamHandle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileCheckpointStorageTest {
  private static final int LARGE = 3_000;
  private static final int SMALL = 50;

  private final LocalFileSystem files = new LocalFileSystem();
  private long seeds;
  @TempDir private Path directory;
  private Path root;

  @BeforeEach
  void setUp() {
    root = directory.resolve("some/job");
  }

  private FileCheckpointStorage storage() {
    FileStorageOptions options =
        FileStorageOptions.in(root)
            .withSavepointRoot(directory.resolve("savepoints"))
            .withSmallFileThresholdBytes(100)
            .withWriteBufferBytes(1 << 10);
    return new FileCheckpointStorage(files, options, Handles.ids(++seeds));
  }

  private static Path take(
      ClaimedCheckpoints claim, long id, SnapshotType type, int bytes, Long... retain)
      throws IOException {
    CheckpointWriter writer = claim.begin(id, type);
    StreamHandle handle = Handles.write(writer, Handles.bytes(bytes, id));
    writer.commit(id, Handles.operators(handle), Set.of(retain));
    return Path.of(writer.location());
  }

  private static StreamHandle only(OpenedCheckpoint opened) {
    return opened
        .metadata()
        .operators()
        .get(0)
        .subtasks()
        .get(0)
        .streams()
        .findFirst()
        .orElseThrow();
  }

  private static void verify(OpenedCheckpoint opened, long id, int bytes) throws IOException {
    assertThat(opened.metadata().checkpointId()).isEqualTo(id);
    try (FileInput in = opened.inputs().open(only(opened))) {
      byte[] content = new byte[bytes];
      in.readFully(0, content, 0, bytes);
      assertThat(content).isEqualTo(Handles.bytes(bytes, id));
    }
  }

  private List<String> entries(Path path) throws IOException {
    return files.list(path).stream().map(child -> child.getFileName().toString()).toList();
  }

  @Test
  void commit_smallAndLarge_readBackAfterReclaim() throws IOException {
    try (ClaimedCheckpoints claim = storage().claim("flights")) {
      assertThat(claim.latest()).isEmpty();
      assertThat(claim.completed()).isEmpty();
      take(claim, 1, CHECKPOINT, SMALL);
      verify(claim.latest().orElseThrow(), 1, SMALL);
      take(claim, 2, CHECKPOINT, LARGE, 1L);
    }
    try (ClaimedCheckpoints claim = storage().claim("flights")) {
      assertThat(claim.attempt()).isEqualTo(2);
      assertThat(claim.completed()).containsExactly(1L, 2L);
      verify(claim.latest().orElseThrow(), 2, LARGE);
    }
    assertThat(entries(root)).containsExactly("_checkpoints", "_lock", "chk-1-1", "chk-2-1");
    assertThat(entries(root.resolve("chk-1-1"))).containsExactly("_complete", "_metadata");
    assertThat(entries(root.resolve("chk-2-1"))).hasSize(3);
  }

  @Test
  void commit_notRetained_removed() throws IOException {
    try (ClaimedCheckpoints claim = storage().claim("flights")) {
      take(claim, 1, CHECKPOINT, LARGE);
      take(claim, 2, CHECKPOINT, LARGE, 1L);
      take(claim, 3, CHECKPOINT, LARGE, 2L);
      assertThat(claim.completed()).containsExactly(2L, 3L);
      assertThat(entries(root)).doesNotContain("chk-1-1");
    }
  }

  @Test
  void commit_streamOpen_isCallersBug() throws IOException {
    try (ClaimedCheckpoints claim = storage().claim("flights")) {
      CheckpointWriter writer = claim.begin(1, CHECKPOINT);
      writer.create("keyed").write(1);
      assertThatThrownBy(() -> writer.commit(1, List.of(), Set.of()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("1 open streams");
    }
  }

  @Test
  void commit_handleOfAnotherCheckpoint_isCallersBug() throws IOException {
    try (ClaimedCheckpoints claim = storage().claim("flights")) {
      StreamHandle other = Handles.write(claim.begin(1, CHECKPOINT), Handles.bytes(LARGE, 1));
      CheckpointWriter writer = claim.begin(2, CHECKPOINT);
      assertThatThrownBy(() -> writer.commit(1, Handles.operators(other), Set.of()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("was not written to");
    }
  }

  @Test
  void commit_finishedButUnusedStream_leavesNoFile() throws IOException {
    try (ClaimedCheckpoints claim = storage().claim("flights")) {
      CheckpointWriter writer = claim.begin(1, CHECKPOINT);
      Handles.write(writer, Handles.bytes(LARGE, 1));
      writer.commit(1, List.of(), Set.of());
      assertThat(entries(root.resolve("chk-1-1"))).containsExactly("_complete", "_metadata");
    }
  }

  @Test
  void discard_whileStreamIsOpen_leavesNothingAndEndsTheStream() throws IOException {
    try (ClaimedCheckpoints claim = storage().claim("flights")) {
      CheckpointWriter writer = claim.begin(1, CHECKPOINT);
      SnapshotOutput out = writer.create("keyed");
      out.write(Handles.bytes(LARGE, 1));
      writer.discard();
      assertThat(entries(root)).containsExactly("_checkpoints", "_lock");
      assertThatThrownBy(() -> out.write(1)).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> writer.create("late")).isInstanceOf(StorageException.class);
      assertThatCode(out::close).doesNotThrowAnyException();
    }
  }

  @Test
  void discard_afterCommit_keepsIt() throws IOException {
    try (ClaimedCheckpoints claim = storage().claim("flights")) {
      CheckpointWriter writer = claim.begin(1, CHECKPOINT);
      writer.commit(1, List.of(), Set.of());
      writer.discard();
      assertThat(claim.latest()).isPresent();
    }
  }

  @Test
  void stream_closedByAnotherThreadWhileWriting_leavesNoFile() throws Exception {
    try (ClaimedCheckpoints claim = storage().claim("flights")) {
      CheckpointWriter writer = claim.begin(1, CHECKPOINT);
      for (int round = 0; round < 20; round++) {
        SnapshotOutput out = writer.create("keyed");
        List<Throwable> failures = new ArrayList<>();
        Thread thread =
            new Thread(
                () -> {
                  try {
                    while (true) {
                      out.write(Handles.bytes(LARGE, 1));
                    }
                  } catch (IOException e) {
                    failures.add(e);
                  }
                });
        thread.start();
        while (round % 2 == 0 && entries(root.resolve("chk-1-1")).isEmpty()) {
          Thread.onSpinWait();
        }
        out.close();
        thread.join();
        assertThat(failures).hasSize(1);
        assertThat(entries(root.resolve("chk-1-1"))).isEmpty();
      }
    }
  }

  @Test
  void claim_held_fencedWithDirectoryAndWayOut() {
    try (ClaimedCheckpoints claim = storage().claim("flights")) {
      assertThat(claim.attempt()).isEqualTo(1);
      assertThatThrownBy(() -> storage().claim("flights"))
          .isInstanceOf(FencedException.class)
          .hasMessageContaining(root.toString())
          .hasMessageContaining("directory of its own");
    }
    try (ClaimedCheckpoints claim = storage().claim("flights")) {
      assertThat(claim.attempt()).isEqualTo(2);
    }
  }

  @Test
  void claim_lockFileDeletedAndTakenOver_oldAttemptCannotCommit() throws IOException {
    try (ClaimedCheckpoints old = storage().claim("flights")) {
      take(old, 1, CHECKPOINT, LARGE);
      CheckpointList.read(files, root)
          .claimedAgain(root)
          .replace(files, root, Handles.ids(99).get());
      assertThatThrownBy(() -> take(old, 2, CHECKPOINT, LARGE))
          .isInstanceOf(FencedException.class)
          .hasMessageContaining("taken over");
      assertThatThrownBy(old::latest).isInstanceOf(StorageException.class);
    }
  }

  @Test
  void claim_attemptWithTheLargestNumber_canBeReadAndNotClaimedAgain() throws IOException {
    storage().claim("flights").close();
    JobIdentity job = CheckpointList.read(files, root).job();
    new CheckpointList(job, CheckpointList.MAX_NUMBER - 1, List.of())
        .replace(files, root, Handles.ids(98).get());
    try (ClaimedCheckpoints last = storage().claim("flights")) {
      assertThat(last.attempt()).isEqualTo(CheckpointList.MAX_NUMBER);
      assertThatThrownBy(() -> last.begin(CheckpointList.MAX_NUMBER + 1, CHECKPOINT))
          .isInstanceOf(LimitExceededException.class)
          .hasMessageContaining(root.toString());
      take(last, CheckpointList.MAX_NUMBER, CHECKPOINT, LARGE);
    }
    assertThat(CheckpointList.read(files, root).ids()).containsExactly(CheckpointList.MAX_NUMBER);
    assertThatThrownBy(() -> storage().claim("flights"))
        .isInstanceOf(LimitExceededException.class)
        .hasMessageContainingAll(root.toString(), "attempt", "new checkpoint directory");
  }

  @Test
  void claim_anotherJobsDirectory_isRefusedNamingBothAndTheWayOut() {
    storage().claim("flights").close();
    assertThatThrownBy(() -> storage().claim("trains"))
        .isInstanceOf(IncompatibleStateException.class)
        .hasMessageContaining(root.toString())
        .hasMessageContaining("holds checkpoints of job \"flights\"")
        .hasMessageContaining("asks for those of job \"trains\"")
        .hasMessageContaining("directory of its own")
        .hasMessageNotContaining("damaged");
  }

  @Test
  void claim_directoryIsAFile_namesItAndTheWayOut() throws IOException {
    files.createDirectories(root.getParent());
    files.create(root).close();
    assertThatThrownBy(() -> storage().claim("flights"))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining(root + " is no directory")
        .hasMessageContaining("Give the job another");
    assertThatThrownBy(() -> FileCheckpointStorage.open(files, root))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining(root + " is a file");
  }

  @Test
  @Tag("FLINK-22502")
  @Tag("FLINK-5940")
  void claim_listMissingBesideCheckpoints_corruption() throws IOException {
    try (ClaimedCheckpoints claim = storage().claim("flights")) {
      take(claim, 1, CHECKPOINT, LARGE);
    }
    files.delete(root.resolve("_checkpoints"));
    assertThatThrownBy(() -> storage().claim("flights"))
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining("_checkpoints")
        .hasMessageContaining("chk-1-1")
        .hasMessageContaining("by its path");
    verify(FileCheckpointStorage.open(files, root.resolve("chk-1-1")), 1, LARGE);
  }

  @Test
  void claim_listedDirectoryMissing_corruption() throws IOException {
    try (ClaimedCheckpoints claim = storage().claim("flights")) {
      take(claim, 1, CHECKPOINT, LARGE);
      take(claim, 2, CHECKPOINT, LARGE, 1L);
    }
    files.deleteRecursively(root.resolve("chk-1-1"));
    assertThatThrownBy(() -> storage().claim("flights"))
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining("chk-1-1");
  }

  @Test
  void claim_leftoversOfDeadAttempt_removedAndOthersFilesKept() throws IOException {
    try (ClaimedCheckpoints claim = storage().claim("flights")) {
      take(claim, 1, CHECKPOINT, LARGE);
    }
    files.createDirectories(root.resolve("chk-2-1"));
    Files.write(root.resolve("chk-2-1/keyed-x.data"), new byte[3]);
    Files.write(root.resolve("_checkpoints.abc.tmp"), new byte[3]);
    Files.write(root.resolve("notes.txt"), new byte[3]);
    try (ClaimedCheckpoints claim = storage().claim("flights")) {
      assertThat(claim.completed()).containsExactly(1L);
      assertThat(entries(root)).containsExactly("_checkpoints", "_lock", "chk-1-1", "notes.txt");
    }
  }

  @Test
  void begin_idNotAscending_isCallersBug() throws IOException {
    try (ClaimedCheckpoints claim = storage().claim("flights")) {
      take(claim, 5, CHECKPOINT, LARGE);
      assertThatThrownBy(() -> claim.begin(5, CHECKPOINT))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void savepoint_selfContainedAndNeverRemoved() throws IOException {
    Path savepoint;
    try (ClaimedCheckpoints claim = storage().claim("flights")) {
      take(claim, 1, CHECKPOINT, LARGE);
      savepoint = take(claim, 2, SAVEPOINT, LARGE);
      take(claim, 3, CHECKPOINT, LARGE);
      assertThat(claim.completed()).containsExactly(3L);
    }
    assertThat(savepoint.getFileName().toString()).matches("savepoint-2-[0-9a-f]{8}");
    Path moved = directory.resolve("elsewhere");
    files.rename(savepoint, moved);
    OpenedCheckpoint opened = FileCheckpointStorage.open(files, moved);
    verify(opened, 2, LARGE);
    assertThat(opened.metadata().type()).isEqualTo(SAVEPOINT);
  }

  @Test
  void savepoint_discarded_leavesNothing() throws IOException {
    try (ClaimedCheckpoints claim = storage().claim("flights")) {
      CheckpointWriter writer = claim.begin(1, SAVEPOINT);
      Handles.write(writer, Handles.bytes(LARGE, 1));
      writer.discard();
      assertThat(entries(directory.resolve("savepoints"))).isEmpty();
    }
  }

  @Test
  void savepoint_withoutRoot_namesTheOption() {
    FileCheckpointStorage storage =
        new FileCheckpointStorage(files, FileStorageOptions.in(root), Handles.ids(1));
    assertThat(storage.takesSavepoints()).isFalse();
    assertThat(storage().takesSavepoints()).isTrue();
    try (ClaimedCheckpoints claim = storage.claim("flights")) {
      assertThatThrownBy(() -> claim.begin(1, SAVEPOINT))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("savepointRoot");
    }
  }

  @Test
  void open_rootGivesLatestWithoutLock() throws IOException {
    try (ClaimedCheckpoints claim = storage().claim("flights")) {
      assertThatThrownBy(() -> storage().open(root.toString()))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("no complete checkpoint");
      take(claim, 1, CHECKPOINT, LARGE);
      take(claim, 2, CHECKPOINT, LARGE, 1L);
      verify(storage().open(root.toString()), 2, LARGE);
      verify(storage().open(root.resolve("chk-1-1").toString()), 1, LARGE);
    }
  }

  @Test
  void open_neither_saysWhatWasLookedFor() throws IOException {
    for (String name : List.of("nothing", "empty")) {
      files.createDirectories(directory.resolve("empty"));
      assertThatThrownBy(() -> FileCheckpointStorage.open(files, directory.resolve(name)))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining(name)
          .hasMessageContaining("_metadata")
          .hasMessageContaining("_checkpoints");
    }
  }

  @Test
  void open_locationThatIsNoPath_typedErrorWithIt() {
    FileCheckpointStorage storage =
        new FileCheckpointStorage(files, FileStorageOptions.in(root), Handles.ids(1));
    assertThatThrownBy(() -> storage.open("no\0path"))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("no\0path");
  }

  @Test
  void open_streamOfOtherLengthOrMissing_corruption() throws IOException {
    Path checkpoint;
    try (ClaimedCheckpoints claim = storage().claim("flights")) {
      checkpoint = take(claim, 1, CHECKPOINT, LARGE);
    }
    OpenedCheckpoint opened = FileCheckpointStorage.open(files, checkpoint);
    Path data = checkpoint.resolve(((StreamHandle.InFile) only(opened)).name());
    Files.write(data, Handles.bytes(LARGE - 1, 1));
    assertThatThrownBy(() -> opened.inputs().open(only(opened)))
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining("3000 bytes, found 2999 bytes");
    files.delete(data);
    assertThatThrownBy(() -> opened.inputs().open(only(opened)))
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining(data.toString());
  }

  @Test
  @Tag("FLINK-22502")
  @Tag("FLINK-5940")
  void latest_anyDamageToListOrMetadata_typedErrorAndNeverAnotherCheckpoint() throws IOException {
    try (ClaimedCheckpoints claim = storage().claim("flights")) {
      take(claim, 1, CHECKPOINT, SMALL);
      take(claim, 2, CHECKPOINT, SMALL, 1L);
    }
    for (Path path :
        List.of(root.resolve("_checkpoints"), root.resolve("chk-2-1").resolve("_metadata"))) {
      byte[] good = Files.readAllBytes(path);
      for (int at = 0; at < good.length; at++) {
        byte[] bad = good.clone();
        bad[at] ^= (byte) (1 << at % 8);
        Files.write(path, bad);
        assertThatThrownBy(() -> FileCheckpointStorage.open(files, root))
            .as("%s, byte %d", path, at)
            .isInstanceOf(StreambedException.class);
      }
      for (int length = 0; length < good.length; length += 7) {
        Files.write(path, Arrays.copyOf(good, length));
        assertThatThrownBy(() -> FileCheckpointStorage.open(files, root))
            .isInstanceOf(CorruptionException.class);
      }
      Files.write(path, good);
    }
    verify(FileCheckpointStorage.open(files, root), 2, SMALL);
  }

  @Test
  void latest_metadataOfAnotherCheckpointInItsPlace_foreign() throws IOException {
    try (ClaimedCheckpoints claim = storage().claim("flights")) {
      take(claim, 1, CHECKPOINT, SMALL);
      take(claim, 2, CHECKPOINT, SMALL, 1L);
    }
    Path wrong = root.resolve("chk-1-1/_metadata");
    Files.write(root.resolve("chk-2-1/_metadata"), Files.readAllBytes(wrong));
    try (ClaimedCheckpoints claim = storage().claim("flights")) {
      assertThatThrownBy(claim::latest).isInstanceOf(ForeignFileException.class);
    }
  }

  @Test
  void close_twice_andNothingLeftBehind() throws IOException {
    ClaimedCheckpoints claim = storage().claim("flights");
    Handles.write(claim.begin(1, CHECKPOINT), Handles.bytes(LARGE, 1));
    claim.close();
    claim.close();
    try (Stream<Path> left = Files.list(root)) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("_checkpoints", "_lock");
    }
    assertThatThrownBy(() -> claim.begin(2, CHECKPOINT)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void savepointRoot_relative_isMadeAbsolute() {
    Path relative = Path.of("a/../savepoints");
    assertThat(FileStorageOptions.in(Path.of("root")).withSavepointRoot(relative).savepointRoot())
        .contains(Path.of("savepoints").toAbsolutePath());
  }
}
