package io.streambed.testkit.damage;

import io.streambed.backend.FsStateBackend;
import io.streambed.backend.StateBackend;
import io.streambed.checkpoint.CheckpointWriter;
import io.streambed.checkpoint.ClaimedCheckpoints;
import io.streambed.checkpoint.FileStorageOptions;
import io.streambed.checkpoint.OpenedCheckpoint;
import io.streambed.checkpoint.OperatorShape;
import io.streambed.checkpoint.OperatorSnapshot;
import io.streambed.checkpoint.SubtaskState;
import io.streambed.file.Compression;
import io.streambed.snapshot.SnapshotOptions;
import io.streambed.snapshot.SnapshotType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A job's directory with a checkpoint and an older one that is retained, and beside it that of
 * another job of the same name; all of it in memory, and every way to damage the checkpoint.
 */
final class DamagedWorld {
  static final Path ROOT = Path.of("/checkpoints/job");
  private static final Path OTHER = Path.of("/checkpoints/other");
  private static final String NAME = "sample";
  private static final int CHANGES = 160;

  private final String title;
  private final int threshold;
  private final Compression compression;
  private final int parallelism;
  private final MemoryFiles files = new MemoryFiles();
  private final List<byte[]> olderLists = new ArrayList<>();
  private final Supplier<UUID> ids;
  private final String expected;

  /** Writes the checkpoints; they are restored at another parallelism than the 2 they have. */
  DamagedWorld(String title, int threshold, Compression compression, int parallelism, long seed)
      throws IOException {
    this.title = title;
    this.threshold = threshold;
    this.compression = compression;
    this.parallelism = parallelism;
    Random random = new Random(seed);
    this.ids = () -> new UUID(random.nextLong(), random.nextLong());
    write(ROOT, seed, 1);
    olderLists.remove(olderLists.size() - 1);
    List<byte[]> own = List.copyOf(olderLists);
    write(OTHER, seed, 3);
    olderLists.clear();
    olderLists.addAll(own);
    this.expected = restore(files.copy());
  }

  /**
   * Writes two checkpoints that differ, from each other and from those of another job, in values
   * only: their files are equally long, as an enemy of ours would choose them.
   */
  private void write(Path root, long seed, int version) throws IOException {
    StateBackend state = backend(files, root);
    try (ClaimedCheckpoints claim = state.checkpoints().claim(NAME);
        SampleJob job = new SampleJob(state, Optional.empty(), 2)) {
      Path list = root.resolve("_checkpoints");
      olderLists.add(files.content(list));
      Change.round(seed, 1, CHANGES).forEach(job::apply);
      for (int id = 1; id <= 2; id++) {
        Change.everywhere(1_000 * version + 100 * id + 1).forEach(job::apply);
        take(claim, job, id);
        olderLists.add(files.content(list));
      }
    }
  }

  private void take(ClaimedCheckpoints claim, SampleJob job, long id) throws IOException {
    CheckpointWriter writer = claim.begin(id, SnapshotType.CHECKPOINT);
    Map<String, List<SubtaskState>> written = new LinkedHashMap<>();
    for (SampleJob.Part part : job.freeze(id, writer, SnapshotOptions.checkpoint(compression))) {
      written.computeIfAbsent(part.operatorId(), k -> new ArrayList<>()).add(part.write());
    }
    List<OperatorSnapshot> operators = new ArrayList<>();
    for (OperatorShape shape : job.shapes()) {
      operators.add(
          new OperatorSnapshot(
              shape.operatorId(),
              shape.parallelism(),
              shape.maxParallelism(),
              written.get(shape.operatorId())));
    }
    writer.commit(id * 1_000, operators, Set.of(id - 1));
  }

  private StateBackend backend(MemoryFiles on, Path root) {
    FileStorageOptions options = FileStorageOptions.in(root).withSmallFileThresholdBytes(threshold);
    return new FsStateBackend(on, options, ids);
  }

  /** Recovers the job as its next attempt does, and tells all that it then holds. */
  String restore(MemoryFiles from) throws IOException {
    StateBackend state = backend(from, ROOT);
    try (ClaimedCheckpoints claim = state.checkpoints().claim(NAME)) {
      Optional<OpenedCheckpoint> latest = claim.latest();
      try (SampleJob job = new SampleJob(state, latest, parallelism)) {
        return job.dump() + "\n" + job.drainToText();
      }
    }
  }

  String title() {
    return title;
  }

  MemoryFiles files() {
    return files;
  }

  /** What an undamaged restore gives. */
  String expected() {
    return expected;
  }

  /** The files of the latest checkpoint, the list of checkpoints among them. */
  List<Path> checkpointFiles() {
    List<Path> paths = new ArrayList<>(files.filesBelow(ROOT.resolve("chk-2-1")));
    paths.add(ROOT.resolve("_checkpoints"));
    return paths;
  }

  long checkpointBytes() {
    return checkpointFiles().stream().mapToLong(path -> files.content(path).length).sum();
  }

  /** Every damage; of bits and lengths every so manieth. */
  void mutations(int every, Consumer<Mutation> then) {
    List<Path> paths = checkpointFiles();
    for (Path path : paths) {
      Mutation.ofFile(path, files.content(path), every, then);
      for (Path same : sameRole(ROOT.resolve("chk-1-1"), path)) {
        replace(Mutation.Kind.FROM_OLDER_CHECKPOINT, path, same, then);
      }
      for (Path same : sameRole(OTHER.resolve("chk-2-1"), path)) {
        replace(Mutation.Kind.FROM_OTHER_JOB, path, same, then);
      }
    }
    Path list = ROOT.resolve("_checkpoints");
    for (byte[] older : olderLists) {
      Mutation.Kind kind = Mutation.Kind.FROM_OLDER_CHECKPOINT;
      then.accept(Mutation.of(kind, older.length + " bytes", list, older));
    }
    replace(Mutation.Kind.FROM_OTHER_JOB, list, OTHER.resolve("_checkpoints"), then);
    Mutation.swaps(files, paths).forEach(then);
  }

  private List<Path> sameRole(Path directory, Path path) {
    return files.filesBelow(directory).stream()
        .filter(other -> role(other).equals(role(path)))
        .toList();
  }

  /** A file's name without its identity. */
  private static String role(Path path) {
    return path.getFileName().toString().replaceAll("-[0-9a-f]{8}-.*", "");
  }

  private void replace(Mutation.Kind kind, Path path, Path by, Consumer<Mutation> then) {
    then.accept(Mutation.of(kind, "by " + by, path, files.content(by)));
  }
}
