package io.streambed.cli.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.backend.KeyedBackendOptions;
import io.streambed.backend.StateBackend;
import io.streambed.checkpoint.CheckpointMetadata;
import io.streambed.checkpoint.CheckpointWriter;
import io.streambed.checkpoint.ClaimedCheckpoints;
import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.checkpoint.FileStorageOptions;
import io.streambed.checkpoint.OpenedCheckpoint;
import io.streambed.checkpoint.OperatorSnapshot;
import io.streambed.checkpoint.SubtaskState;
import io.streambed.cli.LiveFiles;
import io.streambed.cli.inspect.Inspection.Retained;
import io.streambed.error.LimitExceededException;
import io.streambed.error.StorageException;
import io.streambed.file.Compression;
import io.streambed.file.FileSystem;
import io.streambed.file.LocalFileSystem;
import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.serial.Serializers;
import io.streambed.snapshot.SnapshotOptions;
import io.streambed.snapshot.SnapshotType;
import io.streambed.snapshot.StreamHandle;
import io.streambed.state.ValueStateDescriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading the directory of a job that takes checkpoints and removes old ones meanwhile. */
class InspectorTest {
  private static final ValueStateDescriptor<Long> COUNT =
      new ValueStateDescriptor<>("count", Serializers.longs());
  private static final int KEYS = 2_000;

  private final FileSystem files = new LocalFileSystem();
  @TempDir private Path directory;
  private Path root;
  private StateBackend backend;
  private ClaimedCheckpoints claim;
  private long lastId;

  @BeforeEach
  void start() {
    root = directory.resolve("checkpoints");
    FileStorageOptions options =
        FileStorageOptions.in(root).withSavepointRoot(directory.resolve("savepoints"));
    backend =
        StateBackend.of(
            new HeapKeyedStoreFactory(),
            new FileCheckpointStorage(files, options, UUID::randomUUID));
    claim = backend.checkpoints().claim("counts");
  }

  @AfterEach
  void stop() {
    claim.close();
  }

  /** Takes the next one, and keeps so many with it; gives its place. */
  private Path take(SnapshotType type, int kept) {
    long id = ++lastId;
    try (var state =
        backend.createKeyedStateBackend(KeyedBackendOptions.of("counts", Serializers.strings()))) {
      for (int i = 0; i < KEYS; i++) {
        state.setCurrentKey("key " + i);
        state.getState(COUNT).update(id);
      }
      CheckpointWriter writer = claim.begin(id, type);
      var snapshot = state.snapshot(id, writer, SnapshotOptions.checkpoint(Compression.NONE));
      snapshot.run();
      var subtask = new SubtaskState(List.of(snapshot.get()), List.of());
      List<Long> completed = claim.completed();
      int retained = Math.min(kept - 1, completed.size());
      writer.commit(
          0,
          List.of(new OperatorSnapshot("counts", 1, state.maxParallelism(), List.of(subtask))),
          Set.copyOf(completed.subList(completed.size() - retained, completed.size())));
      return Path.of(writer.location());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private Path checkpoint(int kept) {
    return take(SnapshotType.CHECKPOINT, kept);
  }

  private static FileSystem beforeStateIsOpened(Runnable event) {
    return LiveFiles.beforeOpening(".data", event);
  }

  private static long[] ids(Inspection inspection) {
    return inspection.retained().stream().mapToLong(Retained::checkpointId).toArray();
  }

  @Test
  void verify_streamTooLargeForTheHeap_isToldAndTheOthersAreRead() {
    OpenedCheckpoint large = FileCheckpointStorage.open(files, checkpoint(2));
    OpenedCheckpoint sound = FileCheckpointStorage.open(files, checkpoint(2));
    var operators = new ArrayList<OperatorSnapshot>();
    for (OpenedCheckpoint from : List.of(large, sound)) {
      OperatorSnapshot operator = from.metadata().operators().get(0);
      operators.add(
          new OperatorSnapshot(
              "of " + from.metadata().checkpointId(),
              operator.parallelism(),
              operator.maxParallelism(),
              operator.subtasks()));
    }
    CheckpointMetadata metadata = sound.metadata();
    var both =
        new CheckpointMetadata(
            metadata.job(), 2, 0, metadata.type(), metadata.attempt(), operators);
    StreamHandle refused =
        operators.get(0).subtasks().get(0).keyed().get(0).streams().findFirst().orElseThrow();
    Set<Damage> damages = new LinkedHashSet<>();
    var verifier =
        new CheckpointVerifier(
            new OpenedCheckpoint(
                sound.location(),
                both,
                stream -> {
                  if (stream.equals(refused)) {
                    throw new LimitExceededException("A block", 2, 1, "Give it a larger heap.");
                  }
                  return sound.inputs().open(stream);
                }),
            damages,
            new HashSet<>(),
            VerifyProgress.NONE);
    assertThat(verifier.verify().entries()).isEqualTo(KEYS);
    assertThat(damages).hasSize(1);
    assertThat(damages.iterator().next().toString())
        .contains(sound.location(), "in this heap", "larger heap");
  }

  @Test
  void inspect_latestReplacedMeanwhile_showsTheNewOneAndNoDamage() {
    checkpoint(1);
    AtomicInteger opened = new AtomicInteger();
    FileSystem live =
        beforeStateIsOpened(
            () -> {
              // Removed before it is read, and once more while it is verified.
              if (opened.incrementAndGet() == 1 || opened.get() == 3) {
                checkpoint(1);
              }
            });
    Inspection inspection = new Inspector(live, true, VerifyProgress.NONE).inspect(root);
    assertThat(inspection.damages()).isEmpty();
    assertThat(inspection.shown().checkpointId()).isEqualTo(3);
    assertThat(inspection.verified().entries()).isEqualTo(KEYS);
  }

  @Test
  void inspect_latestReplacedEachTime_endsAndTellsWhatToDo() {
    checkpoint(1);
    FileSystem live = beforeStateIsOpened(() -> checkpoint(1));
    assertThatThrownBy(() -> new Inspector(live, false, VerifyProgress.NONE).inspect(root))
        .isExactlyInstanceOf(StorageException.class)
        .hasMessageContaining(root + " replaced its latest checkpoint " + Inspector.LOOKS)
        .hasMessageContaining("retain more");
  }

  @Test
  void inspect_oneCheckpointRemovedMeanwhile_saysSo() {
    Path first = checkpoint(1);
    FileSystem live = beforeStateIsOpened(() -> checkpoint(1));
    assertThatThrownBy(() -> new Inspector(live, false, VerifyProgress.NONE).inspect(first))
        .isExactlyInstanceOf(StorageException.class)
        .hasMessageContaining(first + " is not among the complete checkpoints");
  }

  @Test
  void inspect_damagedWhileTheJobGoesOn_isDamage() throws IOException {
    Path first = checkpoint(1);
    Path damaged;
    try (var paths = Files.list(first)) {
      damaged = paths.filter(path -> path.toString().endsWith(".data")).findFirst().orElseThrow();
    }
    Files.write(damaged, new byte[100]);
    FileSystem live = beforeStateIsOpened(() -> checkpoint(100));
    for (Path path : List.of(first, root)) {
      Inspection inspection = new Inspector(live, true, VerifyProgress.NONE).inspect(path);
      assertThat(inspection.damages()).extracting(Damage::file).containsOnly(damaged.toString());
    }
  }

  @Test
  void inspect_olderOneRemovedMeanwhile_isLeftOutOfTheList() {
    checkpoint(3);
    checkpoint(3);
    checkpoint(3);
    AtomicInteger opened = new AtomicInteger();
    // The latest is opened first; then the job goes on and keeps two.
    FileSystem live =
        beforeStateIsOpened(
            () -> {
              if (opened.incrementAndGet() == 2) {
                checkpoint(2);
              }
            });
    Inspection inspection = new Inspector(live, false, VerifyProgress.NONE).inspect(root);
    assertThat(inspection.damages()).isEmpty();
    assertThat(ids(inspection)).containsExactly(3);
  }

  @Test
  void inspect_root_listsCheckpointsFromTheOldestThenSavepoints() throws IOException {
    Path first = checkpoint(3);
    Path savepoint = take(SnapshotType.SAVEPOINT, 3);
    checkpoint(3);
    Inspection inspection = new Inspector(files, false, VerifyProgress.NONE).inspect(root);
    assertThat(ids(inspection)).containsExactly(1, 3);
    assertThat(inspection.shown().checkpointId()).isEqualTo(3);

    Files.move(savepoint, root.resolve("savepoint-2"));
    inspection = new Inspector(files, false, VerifyProgress.NONE).inspect(root);
    assertThat(ids(inspection)).containsExactly(1, 3, 2);
    Retained listed = inspection.retained().get(2);
    assertThat(listed.type()).isEqualTo("savepoint");
    assertThat(listed.states()).isEqualTo(1);
    assertThat(listed.bytes()).isGreaterThan(KEYS);
    assertThat(listed.time()).isEqualTo("1970-01-01T00:00:00Z");
    assertThat(inspection.shown().type()).isEqualTo("checkpoint");

    Files.write(first.resolve("_metadata"), new byte[300]);
    inspection = new Inspector(files, false, VerifyProgress.NONE).inspect(root);
    assertThat(inspection.retained().get(0)).isEqualTo(Retained.unreadable(first.toString()));
    assertThat(inspection.damages()).hasSize(1);
    assertThat(inspection.shown().checkpointId()).isEqualTo(3);
  }

  @Test
  void inspect_directoryOfSavepoints_listsThem() {
    take(SnapshotType.SAVEPOINT, 1);
    take(SnapshotType.SAVEPOINT, 1);
    Inspection inspection =
        new Inspector(files, true, VerifyProgress.NONE).inspect(directory.resolve("savepoints"));
    assertThat(ids(inspection)).containsExactly(1, 2);
    assertThat(inspection.shown()).isNull();
    assertThat(inspection.verified().entries()).isEqualTo(2 * KEYS);
  }

  @Test
  void inspect_oneCheckpoint_hasNoList() {
    Path first = checkpoint(1);
    Inspection inspection = new Inspector(files, false, VerifyProgress.NONE).inspect(first);
    assertThat(inspection.retained()).isEmpty();
    assertThat(inspection.shown().path()).isEqualTo(first.toString());
    assertThat(inspection.verified()).isNull();
  }
}
