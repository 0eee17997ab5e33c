package io.streambed.testkit.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.checkpoint.CheckpointMetadata;
import io.streambed.checkpoint.CheckpointWriter;
import io.streambed.checkpoint.ClaimedCheckpoints;
import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.checkpoint.FileStorageOptions;
import io.streambed.checkpoint.OpenedCheckpoint;
import io.streambed.checkpoint.OperatorSnapshot;
import io.streambed.checkpoint.SubtaskState;
import io.streambed.file.FileInput;
import io.streambed.file.FileSystem;
import io.streambed.key.KeyGroupRange;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.OperatorStateHandle;
import io.streambed.snapshot.SnapshotOutput;
import io.streambed.snapshot.SnapshotStreams;
import io.streambed.snapshot.SnapshotType;
import io.streambed.snapshot.StagedFiles;
import io.streambed.snapshot.StreamHandle;
import io.streambed.state.StateKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.zip.CRC32C;

/**
 * A job of two subtasks that writes checkpoints whose content follows from their id: each subtask
 * keyed state of several sectors, which becomes a file, and a small container, which does not. The
 * keyed state of the second one is a manifest and tables, which checkpoints share: one that never
 * changes, one that every second checkpoint changes, and one that each does.
 */
final class JobOnDisk {
  static final Path ROOT = Path.of("/checkpoints/job");
  static final Path SAVEPOINTS = Path.of("/savepoints");
  static final String NAME = "flights";

  private static final int THRESHOLD_BYTES = 200;
  private static final int LARGE_BYTES = 1_300;
  private static final int SMALL_BYTES = 60;
  private static final int TABLE_BYTES = 400;
  private static final int TABLES = 3;

  private final FileSystem files;
  private final FileCheckpointStorage storage;
  private final List<Long> completed = new ArrayList<>();

  /** Under which handles each version of a table was written or found, newest last. */
  private final Map<Long, List<StreamHandle.Shared>> known = new HashMap<>();

  /** A checkpoint whose subtasks have all written. */
  record Written(CheckpointWriter writer, SnapshotType type, List<SubtaskState> subtasks) {}

  /** The seed keeps the names of one attempt from those of another. */
  JobOnDisk(FileSystem files, long seed) {
    this.files = files;
    FileStorageOptions options =
        FileStorageOptions.in(ROOT)
            .withSavepointRoot(SAVEPOINTS)
            .withSmallFileThresholdBytes(THRESHOLD_BYTES)
            .withWriteBufferBytes(1 << 10);
    this.storage = new FileCheckpointStorage(files, options, ids(seed));
  }

  private static Supplier<UUID> ids(long seed) {
    Random random = new Random(seed);
    return () -> new UUID(random.nextLong(), random.nextLong());
  }

  ClaimedCheckpoints claim() {
    return claim(Runnable::run);
  }

  ClaimedCheckpoints claim(Executor removals) {
    ClaimedCheckpoints claim = storage.claim(NAME, removals);
    completed.clear();
    completed.addAll(claim.completed());
    claim.latest().ifPresent(latest -> learn(latest.metadata()));
    return claim;
  }

  private void learn(CheckpointMetadata metadata) {
    List<StreamHandle.Shared> files = tables(metadata.operators().get(0).subtasks().get(1));
    for (int table = 0; table < files.size(); table++) {
      handlesOf(metadata.checkpointId(), table).add(files.get(table));
    }
  }

  private List<StreamHandle.Shared> handlesOf(long id, int table) {
    return known.computeIfAbsent(versionOf(id, table), version -> new ArrayList<>());
  }

  /** Names a table's content: checkpoints with the same version have the same bytes. */
  private static long versionOf(long id, int table) {
    return TABLES * (table == 0 ? 0 : table == 1 ? id / 2 : id) + table;
  }

  private static List<StreamHandle.Shared> tables(SubtaskState subtask) {
    return subtask.keyed().get(0) instanceof KeyedStateHandle.Incremental incremental
        ? incremental.files()
        : List.of();
  }

  /** Takes a checkpoint or savepoint and keeps so many; on any failure discards it. */
  String take(ClaimedCheckpoints claim, long id, SnapshotType type, int keep) throws IOException {
    return commit(write(claim, id, type), keep);
  }

  /** Writes all of a checkpoint or savepoint but does not commit it; on any failure discards it. */
  Written write(ClaimedCheckpoints claim, long id, SnapshotType type) throws IOException {
    return write(claim.begin(id, type), type);
  }

  /** Writes all that belongs to a checkpoint or savepoint that was begun. */
  Written write(CheckpointWriter writer, SnapshotType type) throws IOException {
    long id = writer.checkpointId();
    try {
      return new Written(
          writer, type, List.of(writeSubtask(writer, id, 0), writeSubtask(writer, id, 1)));
    } catch (IOException | RuntimeException e) {
      writer.discard();
      throw e;
    }
  }

  String commit(Written written, int keep) {
    CheckpointWriter writer = written.writer;
    long id = writer.checkpointId();
    try {
      int earlier = Math.min(keep - 1, completed.size());
      Set<Long> retain =
          new HashSet<>(completed.subList(completed.size() - earlier, completed.size()));
      writer.commit(
          1_000 * id, List.of(new OperatorSnapshot("totals", 2, 8, written.subtasks)), retain);
      if (written.type == SnapshotType.CHECKPOINT) {
        completed.removeIf(old -> !retain.contains(old));
        completed.add(id);
      }
      return writer.location();
    } finally {
      writer.discard();
    }
  }

  /** Writes a checkpoint, which is then given up with two streams open. */
  void giveUp(ClaimedCheckpoints claim, long id) throws IOException {
    CheckpointWriter writer = write(claim, id, SnapshotType.CHECKPOINT).writer;
    for (SnapshotOutput half :
        List.of(writer.create("half"), writer.shared().create("half-of-table"))) {
      half.write(new byte[LARGE_BYTES]);
    }
    writer.discard();
  }

  private SubtaskState writeSubtask(CheckpointWriter writer, long id, int subtask)
      throws IOException {
    KeyGroupRange range = new KeyGroupRange(4 * subtask, 4 * subtask + 3);
    StreamHandle keyed = write(writer, "keyed", content(id, subtask, LARGE_BYTES));
    StreamHandle operator = write(writer, "operator", content(id, subtask, SMALL_BYTES));
    return new SubtaskState(
        List.of(
            subtask == 0 || writer.shared() == null
                ? new KeyedStateHandle.Container(range, keyed)
                : new KeyedStateHandle.Incremental(range, "tables", keyed, tables(writer, id))),
        List.of(
            new OperatorStateHandle(
                List.of(new OperatorStateHandle.Part("offsets", StateKind.SPLIT_LIST, 3)),
                operator)));
  }

  private List<StreamHandle.Shared> tables(CheckpointWriter writer, long id) throws IOException {
    List<StreamHandle.Shared> tables = new ArrayList<>();
    for (int table = 0; table < TABLES; table++) {
      List<StreamHandle.Shared> handles = handlesOf(id, table);
      StreamHandle.Shared file = null;
      for (int i = handles.size() - 1; i >= 0 && file == null; i--) {
        file = writer.shared().reuse(handles.get(i)) ? handles.get(i) : null;
      }
      if (file == null) {
        byte[] content = content(versionOf(id, table), table, TABLE_BYTES);
        file = (StreamHandle.Shared) write(writer.shared()::create, "table", content);
        handles.add(file);
      }
      tables.add(file);
    }
    return tables;
  }

  /** Writes a table anew outside of a checkpoint; one of that id or later adopts it. */
  StreamHandle.Shared stage(StagedFiles staging, long id, int table) throws IOException {
    byte[] content = content(versionOf(id, table), table, TABLE_BYTES);
    StreamHandle.Shared file = (StreamHandle.Shared) write(staging::create, "merged", content);
    handlesOf(id, table).add(file);
    return file;
  }

  private static StreamHandle write(SnapshotStreams streams, String purpose, byte[] content)
      throws IOException {
    try (SnapshotOutput out = streams.create(purpose)) {
      out.write(content, 0, content.length / 3);
      out.write(content, content.length / 3, content.length - content.length / 3);
      CRC32C crc = new CRC32C();
      crc.update(content);
      return out.finish((int) crc.getValue());
    }
  }

  private static byte[] content(long id, int subtask, int length) {
    byte[] content = new byte[length];
    new Random(id * 31 + subtask).nextBytes(content);
    return content;
  }

  /** Opens a checkpoint and compares every byte; returns its id. */
  long verify(OpenedCheckpoint opened) throws IOException {
    CheckpointMetadata metadata = opened.metadata();
    long id = metadata.checkpointId();
    assertThat(metadata.timestampMillis()).isEqualTo(1_000 * id);
    List<SubtaskState> subtasks = metadata.operators().get(0).subtasks();
    assertThat(subtasks).hasSize(2);
    for (int i = 0; i < 2; i++) {
      StreamHandle keyed = subtasks.get(i).keyed().get(0).streams().findFirst().orElseThrow();
      StreamHandle operator = subtasks.get(i).operator().get(0).data();
      assertThat(keyed).isInstanceOf(StreamHandle.InFile.class);
      assertThat(operator).isInstanceOf(StreamHandle.Inline.class);
      assertThat(read(opened, keyed)).isEqualTo(content(id, i, LARGE_BYTES));
      assertThat(read(opened, operator)).isEqualTo(content(id, i, SMALL_BYTES));
    }
    List<StreamHandle.Shared> tables = tables(subtasks.get(1));
    assertThat(tables).hasSize(metadata.type() == SnapshotType.SAVEPOINT ? 0 : TABLES);
    for (int table = 0; table < tables.size(); table++) {
      assertThat(read(opened, tables.get(table)))
          .isEqualTo(content(versionOf(id, table), table, TABLE_BYTES));
    }
    return id;
  }

  private static byte[] read(OpenedCheckpoint opened, StreamHandle handle) throws IOException {
    try (FileInput in = opened.inputs().open(handle)) {
      byte[] content = new byte[(int) handle.length()];
      in.readFully(0, content, 0, content.length);
      return content;
    }
  }

  /** Opens the latest checkpoint without a claim, compares it, and gives its place. */
  String latest() throws IOException {
    OpenedCheckpoint latest = storage.open(ROOT.toString());
    verify(latest);
    return latest.location();
  }

  /** Opens and compares by location. */
  long verify(String location) throws IOException {
    return verify(storage.open(location));
  }

  /** The files that may be below the root, given the completed checkpoints of a claim. */
  Set<Path> expectedFiles(ClaimedCheckpoints claim) throws IOException {
    Set<Path> expected = new HashSet<>();
    expected.add(ROOT.resolve("_lock"));
    expected.add(ROOT.resolve("_checkpoints"));
    for (Path path : files.list(ROOT)) {
      String name = path.getFileName().toString();
      if (claim.completed().stream().anyMatch(id -> name.startsWith("chk-" + id + "-"))) {
        OpenedCheckpoint opened = storage.open(path.toString());
        verify(opened);
        expected.add(path.resolve("_metadata"));
        // A witness only: a crash right after the commit may leave a checkpoint without it.
        if (files.exists(path.resolve("_complete"))) {
          expected.add(path.resolve("_complete"));
        }
        opened.metadata().operators().get(0).subtasks().stream()
            .flatMap(SubtaskState::streams)
            .filter(handle -> !(handle instanceof StreamHandle.Inline))
            .forEach(handle -> expected.add(fileOf(path, handle)));
      }
    }
    return expected;
  }

  private static Path fileOf(Path checkpoint, StreamHandle handle) {
    return handle instanceof StreamHandle.InFile file
        ? checkpoint.resolve(file.name())
        : ROOT.resolve("shared/" + handle.fileId() + ".data");
  }
}
