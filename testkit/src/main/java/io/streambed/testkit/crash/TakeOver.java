package io.streambed.testkit.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.backend.StateBackend;
import io.streambed.checkpoint.CheckpointStorage;
import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.checkpoint.OpenedCheckpoint;
import io.streambed.checkpoint.OrphanFiles;
import io.streambed.checkpoint.Orphans;
import io.streambed.checkpoint.SubtaskState;
import io.streambed.file.FileInput;
import io.streambed.snapshot.StreamHandle;
import io.streambed.testkit.damage.BackendUnderTest;
import io.streambed.testkit.damage.Change;
import io.streambed.testkit.damage.SampleJob;
import io.streambed.testkit.damage.SampleModel;
import io.streambed.testkit.fault.SimulatedFileSystem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a new attempt finds on a disk, and what it leaves there. */
final class TakeOver {
  /** How closely a disk is looked at. */
  enum Depth {
    /** The job of the new attempt holds all. */
    ATTEMPT,
    /** So does one that restores without a claim. */
    READER,
    /** And one that restores the next checkpoint. */
    NEXT
  }

  /** Orphans are looked for on one disk of so many, to save time. */
  private static final int ORPHANS_EVERY = 10;

  private final BackendUnderTest backend;
  private final Map<Long, SampleModel> models;
  private int verified;

  /** Given what the job held at each checkpoint. */
  TakeOver(BackendUnderTest backend, Map<Long, SampleModel> models) {
    this.backend = backend;
    this.models = models;
  }

  /**
   * Claims, restores, compares everything, goes on, takes one more checkpoint, and looks for files
   * that belong to nothing.
   *
   * @return the checkpoint restored; 0 if none was there
   */
  long verify(SimulatedFileSystem disk, long seed, int parallelism, Depth depth)
      throws IOException {
    if (verified++ % ORPHANS_EVERY == 0) {
      assertOrphansAreWhatNobodyNeeds(disk);
    }
    Map<Path, ByteBuffer> found = contents(disk);
    SampleModel model;
    long restored;
    List<Long> complete;
    try (Line line = new Line(backend, disk, seed, parallelism)) {
      restored = line.restoredId;
      model = modelOf(restored, parallelism);
      if (restored > 0) {
        assertThat(line.job.carriedEntries()).isPositive();
        if (depth != Depth.ATTEMPT) {
          assertThat(restoredText(disk, parallelism)).isEqualTo(model.text());
        }
        assertThat(contents(disk))
            .containsAllEntriesOf(only(found, filesOf(disk, List.of(restored))));
      }
      for (Change change : Change.round(seed, 1, 20)) {
        line.job.apply(change);
        model.apply(change);
      }
      long next = line.checkpoint(new Line.Observer() {}).orElseThrow();
      complete = line.claim.completed();
      assertThat(complete).hasSizeLessThanOrEqualTo(Line.RETAINED).endsWith(next);
      assertThat(line.job.drainToText()).isEqualTo(model.text());
    }
    assertNothingLeaked(disk, complete);
    if (depth == Depth.NEXT) {
      model.restore(parallelism);
      assertThat(restoredText(disk, parallelism)).isEqualTo(model.text());
    }
    return restored;
  }

  /** Restores a savepoint by its location and compares everything. */
  void verifySavepoint(SimulatedFileSystem disk, String location, long id, int parallelism) {
    CheckpointStorage storage = Line.stateBackend(backend, disk, 0).checkpoints();
    assertThat(storage.open(location).metadata().checkpointId()).isEqualTo(id);
    assertThat(text(disk, location, parallelism)).isEqualTo(modelOf(id, parallelism).text());
  }

  /** What a job that restores the latest checkpoint holds; no claim, nothing written. */
  String restoredText(SimulatedFileSystem disk, int parallelism) {
    return text(disk, Line.ROOT.toString(), parallelism);
  }

  private String text(SimulatedFileSystem disk, String location, int parallelism) {
    StateBackend state = Line.stateBackend(backend, disk, 0);
    Optional<OpenedCheckpoint> opened = Optional.of(state.checkpoints().open(location));
    try (SampleJob job = new SampleJob(state, opened, parallelism)) {
      return job.drainToText();
    }
  }

  private SampleModel modelOf(long id, int parallelism) {
    if (id == 0) {
      return new SampleModel(parallelism);
    }
    assertThat(models).containsKey(id);
    SampleModel model = models.get(id).copy();
    model.restore(parallelism);
    return model;
  }

  private static Map<Path, ByteBuffer> only(Map<Path, ByteBuffer> contents, Set<Path> files) {
    return contents.entrySet().stream()
        .filter(file -> files.contains(file.getKey()))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /** All files, compared by their bytes. */
  static Map<Path, ByteBuffer> contents(SimulatedFileSystem disk) throws IOException {
    Map<Path, ByteBuffer> contents = new TreeMap<>();
    for (Path path : disk.files()) {
      try (FileInput in = disk.open(path)) {
        byte[] content = new byte[(int) in.length()];
        in.readFully(0, content, 0, content.length);
        contents.put(path, ByteBuffer.wrap(content));
      }
    }
    return contents;
  }

  /** Every file is an orphan, or one that a listed checkpoint needs, or the list or the lock. */
  private static void assertOrphansAreWhatNobodyNeeds(SimulatedFileSystem disk) throws IOException {
    if (!disk.exists(Line.ROOT.resolve("_checkpoints"))) {
      return;
    }
    Set<Path> needed = new HashSet<>();
    needed.add(Line.ROOT.resolve("_lock"));
    needed.add(Line.ROOT.resolve("_checkpoints"));
    for (Path checkpoint : FileCheckpointStorage.complete(disk, Line.ROOT)) {
      needed.addAll(filesOf(disk, checkpoint));
    }
    Set<Path> others = belowRoot(disk);
    others.removeAll(needed);
    Orphans orphans = new OrphanFiles(disk, Line.ROOT).find();
    assertThat(orphans.orphans().stream().flatMap(orphan -> orphan.files().stream()))
        .containsExactlyInAnyOrderElementsOf(others);
    assertThat(orphans.leftAlone()).isEmpty();
  }

  /** Every file belongs to one of these checkpoints, or is the list or the lock. */
  static void assertNothingLeaked(SimulatedFileSystem disk, List<Long> complete)
      throws IOException {
    assertThat(belowRoot(disk)).isEqualTo(expectedFiles(disk, complete));
    assertThat(disk.openHandles()).isZero();
  }

  /** The same, but for what a checkpoint leaves behind that was given up: for the next one. */
  static void assertOnlySharedFilesLeft(SimulatedFileSystem disk, List<Long> complete)
      throws IOException {
    Set<Path> left = belowRoot(disk);
    assertThat(left).containsAll(expectedFiles(disk, complete));
    left.removeAll(expectedFiles(disk, complete));
    assertThat(left).allMatch(path -> path.startsWith(Line.ROOT.resolve("shared")));
    assertThat(disk.openHandles()).isZero();
  }

  private static Set<Path> expectedFiles(SimulatedFileSystem disk, List<Long> complete)
      throws IOException {
    Set<Path> expected = filesOf(disk, complete);
    expected.add(Line.ROOT.resolve("_lock"));
    expected.add(Line.ROOT.resolve("_checkpoints"));
    return expected;
  }

  private static Set<Path> belowRoot(SimulatedFileSystem disk) {
    return disk.files().stream()
        .filter(path -> path.startsWith(Line.ROOT))
        .collect(Collectors.toSet());
  }

  /** The files that the complete checkpoints consist of. */
  private static Set<Path> filesOf(SimulatedFileSystem disk, List<Long> complete)
      throws IOException {
    Set<Path> files = new HashSet<>();
    for (Path path : disk.list(Line.ROOT)) {
      if (complete.stream().anyMatch(id -> path.toString().contains("/chk-" + id + "-"))) {
        files.addAll(filesOf(disk, path));
      }
    }
    return files;
  }

  /** The files that a checkpoint consists of; a crash may take its mark away. */
  private static Set<Path> filesOf(SimulatedFileSystem disk, Path checkpoint) {
    Set<Path> files = new HashSet<>();
    files.add(checkpoint.resolve("_metadata"));
    if (disk.exists(checkpoint.resolve("_complete"))) {
      files.add(checkpoint.resolve("_complete"));
    }
    FileCheckpointStorage.open(disk, checkpoint).metadata().operators().stream()
        .flatMap(operator -> operator.subtasks().stream())
        .flatMap(SubtaskState::streams)
        .flatMap(handle -> fileOf(checkpoint, handle))
        .forEach(files::add);
    return files;
  }

  private static Stream<Path> fileOf(Path checkpoint, StreamHandle handle) {
    if (handle instanceof StreamHandle.InFile file) {
      return Stream.of(checkpoint.resolve(file.name()));
    }
    return handle instanceof StreamHandle.Shared file
        ? Stream.of(Line.ROOT.resolve("shared").resolve(file.fileId() + ".data"))
        : Stream.empty();
  }
}
