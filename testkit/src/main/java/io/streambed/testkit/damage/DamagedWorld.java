package io.streambed.testkit.damage;

import io.streambed.backend.StateBackend;
import io.streambed.checkpoint.CheckpointWriter;
import io.streambed.checkpoint.ClaimedCheckpoints;
import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.checkpoint.FileStorageOptions;
import io.streambed.checkpoint.OpenedCheckpoint;
import io.streambed.checkpoint.OperatorShape;
import io.streambed.checkpoint.OperatorSnapshot;
import io.streambed.checkpoint.SubtaskState;
import io.streambed.file.Compression;
import io.streambed.snapshot.SnapshotOptions;
import io.streambed.snapshot.SnapshotType;
import io.streambed.snapshot.StreamHandle;
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
public final class DamagedWorld {
  static final Path ROOT = Path.of("/checkpoints/job");
  private static final Path OTHER = Path.of("/checkpoints/other");
  private static final String NAME = "sample";
  private static final int CHANGES = 160;
  private static final int SECTOR_BYTES = 512;

  private final Options options;
  private final MemoryFiles files = new MemoryFiles();
  private final List<byte[]> olderLists = new ArrayList<>();
  private final Supplier<UUID> ids;
  private final String expected;

  /**
   * What a world is made of.
   *
   * @param title for messages
   * @param backend makes the backends that write and restore
   * @param smallFileBytes what is smaller stays inline in the metadata
   * @param compression of what is written
   * @param parallelism of the job that wrote, from 1 to 8
   * @param restoredParallelism of the job that restores, from 1 to 8
   * @param checkpoints how many are taken, each after some changes, at least 2; the last two are
   *     kept, and the last is damaged
   */
  public record Options(
      String title,
      BackendUnderTest backend,
      int smallFileBytes,
      Compression compression,
      int parallelism,
      int restoredParallelism,
      int checkpoints) {}

  /**
   * Writes the checkpoints, and restores them undamaged.
   *
   * @param options what it is made of
   * @param seed makes the contents
   * @throws IOException if a snapshot fails, which no fault of these files can cause
   */
  public DamagedWorld(Options options, long seed) throws IOException {
    this.options = options;
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
   * Writes checkpoints that differ, from each other and from those of another job, in values only:
   * their files are equally long, as an enemy of ours would choose them.
   */
  private void write(Path root, long seed, int version) throws IOException {
    StateBackend state = backend(files, root);
    try (ClaimedCheckpoints claim = state.checkpoints().claim(NAME);
        SampleJob job = new SampleJob(state, Optional.empty(), options.parallelism)) {
      Path list = root.resolve("_checkpoints");
      olderLists.add(files.content(list));
      Change.round(seed, 1, CHANGES).forEach(job::apply);
      for (int id = 1; id <= options.checkpoints; id++) {
        Change.everywhere(1_000 * version + 100 * id + 1).forEach(job::apply);
        take(claim, job, id);
        olderLists.add(files.content(list));
      }
    }
  }

  private void take(ClaimedCheckpoints claim, SampleJob job, long id) throws IOException {
    CheckpointWriter writer = claim.begin(id, SnapshotType.CHECKPOINT);
    Map<String, List<SubtaskState>> written = new LinkedHashMap<>();
    for (SampleJob.Part part :
        job.freeze(id, writer, SnapshotOptions.checkpoint(options.compression))) {
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
    writer.commit(id * 1_000, operators, id == 1 ? Set.of() : Set.of(id - 1));
  }

  private StateBackend backend(MemoryFiles on, Path root) {
    FileStorageOptions storage =
        FileStorageOptions.in(root).withSmallFileThresholdBytes(options.smallFileBytes);
    return options.backend.over(on, storage, ids);
  }

  /** Recovers the job as its next attempt does, and tells all that it then holds. */
  String restore(MemoryFiles from) throws IOException {
    StateBackend state = backend(from, ROOT);
    try (ClaimedCheckpoints claim = state.checkpoints().claim(NAME)) {
      Optional<OpenedCheckpoint> latest = claim.latest();
      try (SampleJob job = new SampleJob(state, latest, options.restoredParallelism)) {
        return job.dump() + "\n" + job.drainToText();
      }
    }
  }

  String title() {
    return options.title;
  }

  MemoryFiles files() {
    return files;
  }

  /** What an undamaged restore gives. */
  String expected() {
    return expected;
  }

  private static Path checkpoint(Path root, int id) {
    return root.resolve("chk-" + id + "-1");
  }

  /** The files of the latest checkpoint alone, the list of checkpoints among them. */
  private List<Path> ownFiles() {
    List<Path> paths = new ArrayList<>(files.filesBelow(checkpoint(ROOT, options.checkpoints)));
    paths.add(ROOT.resolve("_checkpoints"));
    return paths;
  }

  /** The files that a checkpoint shares with others, or may share with the next. */
  private List<Path> sharedFiles(Path root, int id) {
    return FileCheckpointStorage.open(files, checkpoint(root, id)).metadata().operators().stream()
        .flatMap(operator -> operator.subtasks().stream())
        .flatMap(SubtaskState::streams)
        .filter(StreamHandle.Shared.class::isInstance)
        .map(handle -> root.resolve("shared").resolve(handle.fileId() + ".data"))
        .distinct()
        .sorted()
        .toList();
  }

  private List<Path> sharedFiles() {
    return sharedFiles(ROOT, options.checkpoints);
  }

  /** How much there is to damage. */
  String size() {
    List<Path> all = new ArrayList<>(ownFiles());
    all.addAll(sharedFiles());
    long bytes = all.stream().mapToLong(path -> files.content(path).length).sum();
    int sectors =
        all.stream()
            .mapToInt(path -> (files.content(path).length + SECTOR_BYTES - 1) / SECTOR_BYTES)
            .sum();
    return all.size() + " files, " + bytes + " bytes in " + sectors + " sectors";
  }

  /** Every damage, as much of it as is asked for. */
  void mutations(DamageEffort effort, Consumer<Mutation> then) {
    for (Path path : ownFiles()) {
      Mutation.ofFile(path, files.content(path), effort.every(), then);
      for (Path same : sameRole(checkpoint(ROOT, options.checkpoints - 1), path)) {
        replace(Mutation.Kind.FROM_OLDER_CHECKPOINT, path, same, then);
      }
      for (Path same : sameRole(checkpoint(OTHER, options.checkpoints), path)) {
        replace(Mutation.Kind.FROM_OTHER_JOB, path, same, then);
      }
    }
    Path list = ROOT.resolve("_checkpoints");
    for (byte[] older : olderLists) {
      Mutation.Kind kind = Mutation.Kind.FROM_OLDER_CHECKPOINT;
      then.accept(Mutation.of(kind, older.length + " bytes", list, older));
    }
    replace(Mutation.Kind.FROM_OTHER_JOB, list, OTHER.resolve("_checkpoints"), then);
    Mutation.swaps(files, ownFiles()).forEach(then);
    sharedMutations(effort, then);
  }

  /** Damage to files of the stores; in their place there may be others of the same length. */
  private void sharedMutations(DamageEffort effort, Consumer<Mutation> then) {
    List<Path> shared = sharedFiles();
    Mutation.sampled(files, shared, effort.samples(), new Random(effort.seed()), then);
    List<Path> others = new ArrayList<>(sharedFiles(ROOT, options.checkpoints - 1));
    others.removeAll(shared);
    for (Path path : shared) {
      Mutation.atLarge(path, files.content(path), then);
      replaceByAsLong(Mutation.Kind.FROM_OLDER_CHECKPOINT, path, others, then);
      replaceByAsLong(
          Mutation.Kind.FROM_OTHER_JOB, path, sharedFiles(OTHER, options.checkpoints), then);
    }
    Mutation.swaps(files, shared).forEach(then);
  }

  private void replaceByAsLong(
      Mutation.Kind kind, Path path, List<Path> others, Consumer<Mutation> then) {
    for (Path other : others) {
      if (files.content(other).length == files.content(path).length) {
        replace(kind, path, other, then);
      }
    }
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
