package io.streambed.checkpoint;

import static io.streambed.snapshot.SnapshotType.CHECKPOINT;
import static io.streambed.snapshot.SnapshotType.SAVEPOINT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.error.CorruptionException;
import io.streambed.error.StorageException;
import io.streambed.file.FileInput;
import io.streambed.file.LocalFileSystem;
import io.streambed.snapshot.SnapshotOutput;
import io.streambed.snapshot.StagedFiles;
import io.streambed.snapshot.StreamHandle;
import io.streambed.snapshot.StreamHandle.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedFilesOnDiskTest {
  private static final int LARGE = 3_000;

  private final LocalFileSystem files = new LocalFileSystem();
  private final List<Shared> known = new ArrayList<>();
  private long seeds;
  @TempDir private Path directory;
  private Path root;

  @BeforeEach
  void setUp() {
    root = directory.resolve("job");
  }

  private ClaimedCheckpoints claim() {
    return claim(root);
  }

  private ClaimedCheckpoints claim(Path where) {
    FileStorageOptions options =
        FileStorageOptions.in(where)
            .withSavepointRoot(directory.resolve("savepoints"))
            .withSmallFileThresholdBytes(100);
    return new FileCheckpointStorage(files, options, Handles.ids(++seeds)).claim("flights");
  }

  /** Writes one file for this checkpoint and reuses what it may of the last ones. */
  private List<Shared> write(CheckpointWriter writer, int most) throws IOException {
    List<Shared> referenced = new ArrayList<>();
    for (int i = known.size() - 1; i >= 0 && referenced.size() < most; i--) {
      if (writer.shared().reuse(known.get(i))) {
        referenced.add(known.get(i));
      }
    }
    Shared written = Handles.share(writer, content(writer.checkpointId()));
    known.add(written);
    referenced.add(written);
    return referenced;
  }

  private static byte[] content(long checkpointId) {
    return Handles.bytes(LARGE + (int) checkpointId, checkpointId);
  }

  private static void commit(CheckpointWriter writer, List<Shared> referenced, Long... retain)
      throws IOException {
    writer.commit(
        1,
        Handles.operators(Handles.write(writer, Handles.bytes(50, 1)), referenced),
        Set.of(retain));
  }

  private List<Shared> take(ClaimedCheckpoints claim, long id, int most, Long... retain)
      throws IOException {
    CheckpointWriter writer = claim.begin(id, CHECKPOINT);
    List<Shared> referenced = write(writer, most);
    commit(writer, referenced, retain);
    return referenced;
  }

  private Path path(Shared file) {
    return root.resolve("shared").resolve(file.fileId() + ".data");
  }

  private Set<Path> sharedFiles() throws IOException {
    return Set.copyOf(files.list(root.resolve("shared")));
  }

  private Set<Path> paths(List<Shared> shared) {
    return shared.stream().map(this::path).collect(Collectors.toSet());
  }

  /** Reads every shared file of a checkpoint. */
  private void verify(OpenedCheckpoint opened) throws IOException {
    Set<Shared> shared = SharedDirectory.filesOf(opened.metadata());
    assertThat(shared).isNotEmpty();
    for (Shared file : shared) {
      try (FileInput in = opened.inputs().open(file)) {
        byte[] content = new byte[(int) file.length()];
        in.readFully(0, content, 0, content.length);
        assertThat(content).isEqualTo(content(file.length() - LARGE));
        assertThat(Handles.checksum(content)).isEqualTo(file.checksum());
      }
    }
  }

  @Test
  void chainOfTen_withAbortsInBetween_restoresAndLeavesNothingElse() throws IOException {
    List<Shared> last = List.of();
    long id = 1;
    try (ClaimedCheckpoints claim = claim()) {
      for (int link = 0; link < 10; link++) {
        CheckpointWriter aborted = claim.begin(id++, CHECKPOINT);
        List<Shared> left = write(aborted, 3);
        SnapshotOutput half = aborted.shared().create("half");
        half.write(1);
        aborted.discard();
        assertThatThrownBy(() -> half.write(1)).isInstanceOf(IOException.class);
        last = take(claim, id, 3, id - 2);
        assertThat(last).hasSize(Math.min(2 * link + 1, 3) + 1);
        assertThat(last).as("taken on from the aborted one").contains(left.get(left.size() - 1));
        verify(claim.latest().orElseThrow());
        id++;
      }
      assertThat(claim.completed()).containsExactly(18L, 20L);
      assertThat(sharedFiles()).hasSize(6).containsAll(paths(last));
    }
    try (ClaimedCheckpoints claim = claim()) {
      verify(claim.latest().orElseThrow());
      assertThat(sharedFiles()).hasSize(6);
      List<Shared> next = take(claim, 21, 3);
      assertThat(next).as("reused across attempts").containsAll(last.subList(0, 2));
      assertThat(sharedFiles()).isEqualTo(paths(next));
    }
  }

  @Test
  void discard_concurrentCheckpointReusesFromIt_keepsWhatThatOneRefersTo() throws IOException {
    try (ClaimedCheckpoints claim = claim()) {
      List<Shared> first = take(claim, 1, 0);
      CheckpointWriter second = claim.begin(2, CHECKPOINT);
      List<Shared> ofSecond = write(second, 1);
      Shared unwanted = Handles.share(second, content(2));
      CheckpointWriter third = claim.begin(3, CHECKPOINT);
      List<Shared> ofThird = write(third, 2);
      assertThat(ofThird).hasSize(3).containsAll(first).containsAll(ofSecond);
      second.discard();
      assertThat(sharedFiles()).as("left behind").contains(path(unwanted));
      commit(third, ofThird);
      assertThat(sharedFiles()).isEqualTo(paths(ofThird));
      verify(claim.latest().orElseThrow());
    }
  }

  @Test
  void discard_attemptAfterAttempt_eachTakesOnWhatWasUploaded() throws IOException {
    try (ClaimedCheckpoints claim = claim()) {
      for (int attempt = 1; attempt <= 10; attempt++) {
        CheckpointWriter writer = claim.begin(attempt, CHECKPOINT);
        assertThat(write(writer, 10)).hasSize(attempt);
        writer.discard();
      }
      List<Shared> all = take(claim, 11, 10);
      assertThat(all).hasSize(11);
      verify(claim.latest().orElseThrow());
    }
  }

  @Test
  void close_withFilesLeftBehindStagedOrLeased_removesThem() throws IOException {
    List<Shared> last;
    try (ClaimedCheckpoints claim = claim()) {
      take(claim, 1, 0);
      assertThat(claim.lease(1)).isPresent();
      last = take(claim, 2, 0);
      Handles.share(claim.stage().orElseThrow()::create, content(3));
      write(claim.begin(3, CHECKPOINT), 0);
      CheckpointWriter discarded = claim.begin(4, CHECKPOINT);
      write(discarded, 1);
      discarded.discard();
      assertThat(sharedFiles()).hasSize(5);
    }
    assertThat(sharedFiles()).isEqualTo(paths(last));
  }

  @Test
  void stage_fileThatACheckpointAdopts_isOneOfIts() throws IOException {
    try (ClaimedCheckpoints claim = claim()) {
      StagedFiles staging = claim.stage().orElseThrow();
      Shared merged = Handles.share(staging::create, content(1));
      Shared unwanted = Handles.share(staging::create, content(2));
      CheckpointWriter aborted = claim.begin(1, CHECKPOINT);
      assertThat(aborted.shared().reuse(merged)).isTrue();
      aborted.discard();
      CheckpointWriter writer = claim.begin(2, CHECKPOINT);
      assertThat(writer.shared().reuse(merged)).isTrue();
      commit(writer, List.of(merged));
      verify(claim.latest().orElseThrow());
      staging.release(merged);
      assertThat(sharedFiles()).isEqualTo(paths(List.of(merged, unwanted)));
      staging.close();
      staging.close();
      assertThat(sharedFiles()).isEqualTo(paths(List.of(merged)));
      assertThat(claim.begin(3, CHECKPOINT).shared().reuse(unwanted)).as("gone").isFalse();
    }
    try (ClaimedCheckpoints claim = claim()) {
      verify(claim.latest().orElseThrow());
    }
  }

  @Test
  void stage_closedWhileAStreamIsOpen_leavesNothing() throws IOException {
    try (ClaimedCheckpoints claim = claim()) {
      StagedFiles staging = claim.stage().orElseThrow();
      SnapshotOutput half = staging.create("half");
      half.write(1);
      staging.close();
      assertThatThrownBy(() -> half.finish(1)).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> staging.create("late")).isInstanceOf(StorageException.class);
      assertThat(sharedFiles()).isEmpty();
    }
  }

  @Test
  void stage_claimGivenBackWhileAStreamIsOpen_leavesNothing() throws IOException {
    ClaimedCheckpoints claim = claim();
    StagedFiles staging = claim.stage().orElseThrow();
    SnapshotOutput half = staging.create("half");
    half.write(1);
    claim.close();
    assertThatThrownBy(() -> half.finish(1)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> staging.create("late")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(claim::stage).isInstanceOf(IllegalStateException.class);
    assertThat(sharedFiles()).isEmpty();
  }

  @Test
  void lease_checkpointIsSubsumed_itsSharedFilesStayUntilTheLeaseIsClosed() throws IOException {
    try (ClaimedCheckpoints claim = claim()) {
      take(claim, 1, 0);
      OpenedCheckpoint opened = claim.latest().orElseThrow();
      CheckpointLease lease = claim.lease(1).orElseThrow();
      List<Shared> last = take(claim, 2, 0);
      assertThat(claim.completed()).containsExactly(2L);
      verify(opened);
      assertThat(claim.lease(1)).as("it is not kept").isEmpty();
      lease.close();
      lease.close();
      assertThat(sharedFiles()).isEqualTo(paths(last));
    }
  }

  @Test
  void commit_subsumesTheOneItReusesFrom_keepsTheFile() throws IOException {
    try (ClaimedCheckpoints claim = claim()) {
      List<Shared> first = take(claim, 1, 0);
      CheckpointWriter second = claim.begin(2, CHECKPOINT);
      assertThat(second.shared().reuse(first.get(0))).isTrue();
      CheckpointWriter third = claim.begin(3, CHECKPOINT);
      commit(second, first);
      assertThat(claim.completed()).containsExactly(2L);
      assertThat(sharedFiles()).isEqualTo(paths(first));
      verify(claim.latest().orElseThrow());
      commit(third, List.of());
      assertThat(claim.completed()).containsExactly(3L);
      assertThat(sharedFiles()).isEmpty();
    }
  }

  @Test
  void commit_fileNeitherWrittenNorReused_isCallersBug() throws IOException {
    try (ClaimedCheckpoints claim = claim()) {
      List<Shared> first = take(claim, 1, 0);
      CheckpointWriter second = claim.begin(2, CHECKPOINT);
      assertThatThrownBy(() -> commit(second, first, 1L))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(first.get(0).fileId().toString());
      second.discard();
      assertThat(sharedFiles()).isEqualTo(paths(first));
    }
  }

  @Test
  void commit_writtenButNotReferredTo_removed() throws IOException {
    try (ClaimedCheckpoints claim = claim()) {
      CheckpointWriter writer = claim.begin(1, CHECKPOINT);
      write(writer, 0);
      commit(writer, List.of());
      assertThat(sharedFiles()).isEmpty();
    }
  }

  @Test
  void shared_ofAnEndedCheckpoint_refused() throws IOException {
    try (ClaimedCheckpoints claim = claim()) {
      List<Shared> first = take(claim, 1, 0);
      CheckpointWriter writer = claim.begin(2, CHECKPOINT);
      SnapshotOutput late = writer.shared().create("late");
      late.write(1);
      writer.discard();
      assertThatThrownBy(() -> late.finish(1)).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> writer.shared().create("later"))
          .isInstanceOf(StorageException.class);
      assertThat(writer.shared().reuse(first.get(0))).isFalse();
      assertThat(sharedFiles()).isEqualTo(paths(first));
    }
  }

  @Test
  void create_claimGivenBack_refusedAndMakesNothing() {
    ClaimedCheckpoints claim = claim();
    CheckpointWriter writer = claim.begin(1, CHECKPOINT);
    claim.close();
    assertThatThrownBy(() -> writer.shared().create("table"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("given back");
    assertThat(root.resolve("shared")).doesNotExist();
  }

  @Test
  void shared_ofASavepoint_noneAndNothingKept() throws IOException {
    try (ClaimedCheckpoints claim = claim()) {
      take(claim, 1, 0);
      CheckpointWriter savepoint = claim.begin(2, SAVEPOINT);
      assertThat(savepoint.shared()).isNull();
      assertThatThrownBy(() -> commit(savepoint, known))
          .isInstanceOf(IllegalArgumentException.class);
      savepoint.discard();
      CheckpointWriter another = claim.begin(3, SAVEPOINT);
      another.commit(1, List.of(), Set.of());
      verify(claim.latest().orElseThrow());
      assertThat(take(claim, 4, 5)).hasSize(2);
    }
  }

  @Test
  void create_emptyFile_isAFile() throws IOException {
    try (ClaimedCheckpoints claim = claim()) {
      CheckpointWriter writer = claim.begin(1, CHECKPOINT);
      Shared empty = Handles.share(writer, new byte[0]);
      commit(writer, List.of(empty));
      try (FileInput in = claim.latest().orElseThrow().inputs().open(empty)) {
        assertThat(in.length()).isZero();
      }
    }
  }

  @Test
  void claim_leftoversOfADeadAttempt_removedAndNothingElse() throws IOException {
    List<Shared> last;
    try (ClaimedCheckpoints claim = claim()) {
      take(claim, 1, 0);
      last = take(claim, 2, 1, 1L);
    }
    Path leftover = root.resolve("shared").resolve(new UUID(5, 5) + ".data");
    Path foreign = root.resolve("shared/notes.txt");
    Path almost = root.resolve("shared/" + new UUID(5, 6) + ".data.bak");
    for (Path path : List.of(leftover, foreign, almost)) {
      Files.write(path, new byte[3]);
    }
    try (ClaimedCheckpoints claim = claim()) {
      verify(claim.latest().orElseThrow());
      assertThat(sharedFiles()).hasSize(4).contains(foreign, almost).containsAll(paths(last));
    }
  }

  @Test
  void claim_olderMetadataUnreadable_leavesAloneWhatItMayReferTo() throws IOException {
    List<Shared> first;
    List<Shared> last;
    try (ClaimedCheckpoints claim = claim()) {
      first = take(claim, 1, 0);
      last = take(claim, 2, 0, 1L);
    }
    Path metadata = root.resolve("chk-1-1/_metadata");
    byte[] good = Files.readAllBytes(metadata);
    Files.write(metadata, Arrays.copyOf(good, good.length - 1));
    try (ClaimedCheckpoints claim = claim()) {
      verify(claim.latest().orElseThrow());
      List<Shared> third = take(claim, 3, 0, 1L);
      assertThat(claim.completed()).containsExactly(1L, 3L);
      assertThat(sharedFiles())
          .as("checkpoint 1 may refer to any of them")
          .containsAll(paths(first))
          .containsAll(paths(last))
          .containsAll(paths(third));
      Files.write(metadata, good);
      verify(FileCheckpointStorage.open(files, metadata.getParent()));
      take(claim, 4, 0);
      assertThat(sharedFiles())
          .hasSize(2)
          .containsAll(paths(first))
          .doesNotContainAnyElementsOf(paths(last));
    }
    try (ClaimedCheckpoints claim = claim()) {
      assertThat(claim.completed()).containsExactly(4L);
      assertThat(sharedFiles()).as("nobody is left who may refer to it").hasSize(1);
    }
  }

  @Test
  void claim_latestMetadataUnreadable_typedErrorAndNothingRemoved() throws IOException {
    try (ClaimedCheckpoints claim = claim()) {
      take(claim, 1, 0);
      take(claim, 2, 1, 1L);
    }
    Set<Path> before = sharedFiles();
    Path metadata = root.resolve("chk-2-1/_metadata");
    byte[] good = Files.readAllBytes(metadata);
    byte[] bad = good.clone();
    bad[bad.length / 2] ^= 4;
    Files.write(metadata, bad);
    try (ClaimedCheckpoints claim = claim()) {
      assertThatThrownBy(claim::latest).isInstanceOf(CorruptionException.class);
    }
    assertThat(sharedFiles()).isEqualTo(before);
    Files.write(metadata, good);
    try (ClaimedCheckpoints claim = claim()) {
      verify(claim.latest().orElseThrow());
    }
  }

  @Test
  void claim_listGoneBesideSharedFiles_corruptionAndNothingRemoved() throws IOException {
    try (ClaimedCheckpoints claim = claim()) {
      take(claim, 1, 0);
    }
    files.delete(root.resolve("_checkpoints"));
    files.deleteRecursively(root.resolve("chk-1-1"));
    assertThatThrownBy(this::claim)
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining("_checkpoints")
        .hasMessageContaining("shared");
    assertThat(sharedFiles()).isEqualTo(paths(known));
  }

  @Test
  void restoredFromAnotherJob_itsFilesAreNeitherReusedNorTouched() throws IOException {
    Path other = directory.resolve("other");
    try (ClaimedCheckpoints claim = claim(other)) {
      take(claim, 1, 0);
      take(claim, 2, 1, 1L);
    }
    Map<Path, Object> before = snapshotOf(other);
    OpenedCheckpoint restored = FileCheckpointStorage.open(files, other);
    verify(restored);
    try (ClaimedCheckpoints claim = claim()) {
      assertThat(take(claim, 3, 5)).as("all written anew").hasSize(1);
      take(claim, 4, 0);
      take(claim, 5, 0);
    }
    try (ClaimedCheckpoints claim = claim()) {
      verify(claim.latest().orElseThrow());
    }
    assertThat(snapshotOf(other)).isEqualTo(before);
    verify(restored);
  }

  private static Map<Path, Object> snapshotOf(Path directory) throws IOException {
    Map<Path, Object> all = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.toList()) {
        all.put(
            path,
            Files.isDirectory(path)
                ? Files.getLastModifiedTime(path)
                : Arrays.hashCode(Files.readAllBytes(path)));
      }
    }
    return all;
  }

  @Test
  void open_byLocation_readsAndLinksItsSharedFiles() throws IOException {
    List<Shared> last;
    try (ClaimedCheckpoints claim = claim()) {
      take(claim, 1, 0);
      last = take(claim, 2, 1, 1L);
    }
    Path unusual = root.resolve("shared/../chk-1-1/.");
    verify(FileCheckpointStorage.open(files, unusual));
    OpenedCheckpoint opened = FileCheckpointStorage.open(files, root.resolve("chk-2-1"));
    verify(opened);
    Path target = directory.resolve("linked");
    assertThat(opened.inputs().link(last.get(0), target)).isTrue();
    assertThat(Files.isSameFile(target, path(last.get(0)))).isTrue();
    StreamHandle manifest =
        opened.metadata().operators().get(0).subtasks().get(0).streams().findFirst().orElseThrow();
    assertThat(manifest).isInstanceOf(StreamHandle.Inline.class);
    assertThat(opened.inputs().link(manifest, directory.resolve("inline"))).isFalse();
  }

  @Test
  void open_throughSymbolicLinks_findsTheSharedFiles() throws IOException {
    try (ClaimedCheckpoints claim = claim()) {
      take(claim, 1, 0);
    }
    Path bookmarks = Files.createDirectories(directory.resolve("bookmarks"));
    Path checkpoint = bookmarks.resolve("last");
    Files.createSymbolicLink(checkpoint, Path.of("../job/chk-1-1"));
    verify(FileCheckpointStorage.open(files, checkpoint));
    Path job = Files.createSymbolicLink(bookmarks.resolve("job"), root);
    verify(FileCheckpointStorage.open(files, job));
    verify(FileCheckpointStorage.open(files, job.resolve("chk-1-1")));
  }

  @Test
  void latest_checkpointMovedBehindASymbolicLink_findsTheSharedFilesOfTheJob() throws IOException {
    try (ClaimedCheckpoints claim = claim()) {
      take(claim, 1, 0);
    }
    Path moved = directory.resolve("moved");
    Files.move(root.resolve("chk-1-1"), moved);
    Files.createSymbolicLink(root.resolve("chk-1-1"), moved);
    try (ClaimedCheckpoints claim = claim()) {
      verify(claim.latest().orElseThrow());
    }
  }

  @Test
  void share_intoADirectoryThatIsALink_leavesTheLink() throws IOException {
    Path elsewhere = Files.createDirectories(directory.resolve("elsewhere"));
    Files.createDirectories(root);
    Files.createSymbolicLink(root.resolve("shared"), elsewhere);
    try (ClaimedCheckpoints claim = claim()) {
      take(claim, 1, 0);
      verify(claim.latest().orElseThrow());
    }
    assertThat(root.resolve("shared")).isSymbolicLink();
    assertThat(files.list(elsewhere)).hasSize(1);
  }

  @Test
  void open_wholeDirectoryMoved_readsAndGoesOn() throws IOException {
    List<Shared> last;
    try (ClaimedCheckpoints claim = claim()) {
      take(claim, 1, 0);
      last = take(claim, 2, 1, 1L);
    }
    Path moved = directory.resolve("moved");
    Files.move(root, moved);
    verify(FileCheckpointStorage.open(files, moved.resolve("chk-1-1")));
    try (ClaimedCheckpoints claim = claim(moved)) {
      verify(claim.latest().orElseThrow());
      assertThat(take(claim, 3, 5)).hasSize(3).containsAll(last);
      verify(claim.latest().orElseThrow());
    }
  }

  @Test
  void open_checkpointCopiedWithoutItsSharedFiles_saysWhatIsMissing() throws IOException {
    try (ClaimedCheckpoints claim = claim()) {
      take(claim, 1, 0);
    }
    Path moved = Files.createDirectories(directory.resolve("backup")).resolve("chk-1-1");
    Files.move(root.resolve("chk-1-1"), moved);
    OpenedCheckpoint opened = FileCheckpointStorage.open(files, moved);
    assertThatThrownBy(() -> opened.inputs().open(known.get(0)))
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining(directory.resolve("backup/shared").toString())
        .hasMessageContaining("copied together");
  }

  @Test
  void open_sharedFileMissingShortOrForeign_corruptionNamingIt() throws IOException {
    try (ClaimedCheckpoints claim = claim()) {
      take(claim, 1, 0);
    }
    OpenedCheckpoint opened = FileCheckpointStorage.open(files, root);
    Shared file = known.get(0);
    for (int length : new int[] {0, LARGE, LARGE + 2}) {
      Files.write(path(file), Handles.bytes(length, 9));
      assertThatThrownBy(() -> opened.inputs().open(file))
          .isInstanceOf(CorruptionException.class)
          .hasMessageContaining(path(file).toString())
          .hasMessageContaining((LARGE + 1) + " bytes, found " + length + " bytes");
    }
    files.delete(path(file));
    assertThatThrownBy(() -> opened.inputs().open(file))
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining(path(file).toString());
    assertThatThrownBy(() -> opened.inputs().link(file, directory.resolve("linked")))
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining(path(file).toString());
  }
}
