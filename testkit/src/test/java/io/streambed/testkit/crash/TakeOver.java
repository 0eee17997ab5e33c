package io.streambed.testkit.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.checkpoint.CheckpointMetadata;
import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.checkpoint.OpenedCheckpoint;
import io.streambed.checkpoint.SubtaskState;
import io.streambed.file.FileInput;
import io.streambed.snapshot.StreamHandle;
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

/** What a new attempt finds on a disk, and what it leaves there. */
final class TakeOver {
  private final Map<Long, SampleModel> models;

  /** Given what the job held at each checkpoint. */
  TakeOver(Map<Long, SampleModel> models) {
    this.models = models;
  }

  /**
   * Claims, restores, compares everything, goes on, takes one more checkpoint, and looks for files
   * that belong to nothing.
   *
   * @param again whether to restore and compare that next checkpoint too
   * @return the checkpoint restored; 0 if none was there
   */
  long verify(SimulatedFileSystem disk, long seed, int parallelism, boolean again)
      throws IOException {
    Map<Path, ByteBuffer> found = contents(disk);
    SampleModel model;
    long restored;
    List<Long> complete;
    try (Line line = new Line(disk, seed, parallelism)) {
      restored = line.restoredId;
      model = modelOf(restored, parallelism);
      if (restored > 0) {
        assertThat(line.job.carriedEntries()).isPositive();
        assertThat(restoredText(disk, parallelism)).isEqualTo(model.text());
        assertThat(contents(disk)).containsAllEntriesOf(only(found, restored));
      }
      for (Change change : Change.round(seed, 1, 20)) {
        line.job.apply(change);
        model.apply(change);
      }
      long next = line.checkpoint(new Line.Observer() {}).orElseThrow();
      complete = line.claim.completed();
      assertThat(complete).hasSizeLessThanOrEqualTo(Line.RETAINED).endsWith(next);
    }
    assertNothingLeaked(disk, complete);
    if (again) {
      model.restore(parallelism);
      assertThat(restoredText(disk, parallelism)).isEqualTo(model.text());
    }
    return restored;
  }

  /** Restores a savepoint by its location and compares everything. */
  void verifySavepoint(SimulatedFileSystem disk, String location, long id, int parallelism) {
    OpenedCheckpoint opened = FileCheckpointStorage.open(disk, Path.of(location));
    assertThat(opened.metadata().checkpointId()).isEqualTo(id);
    assertThat(text(disk, opened, parallelism)).isEqualTo(modelOf(id, parallelism).text());
  }

  /** What a job that restores the latest checkpoint holds; no claim, nothing written. */
  static String restoredText(SimulatedFileSystem disk, int parallelism) {
    return text(disk, FileCheckpointStorage.open(disk, Line.ROOT), parallelism);
  }

  private static String text(SimulatedFileSystem disk, OpenedCheckpoint opened, int parallelism) {
    try (SampleJob job = new SampleJob(Line.backend(disk, 0), Optional.of(opened), parallelism)) {
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

  private static Map<Path, ByteBuffer> only(Map<Path, ByteBuffer> contents, long id) {
    return contents.entrySet().stream()
        .filter(file -> file.getKey().toString().contains("/chk-" + id + "-"))
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

  /** Every file belongs to one of these checkpoints, or is the list or the lock. */
  static void assertNothingLeaked(SimulatedFileSystem disk, List<Long> complete)
      throws IOException {
    assertThat(belowRoot(disk)).isEqualTo(listed(disk, complete));
    assertThat(disk.openHandles()).isZero();
  }

  private static Set<Path> belowRoot(SimulatedFileSystem disk) {
    return disk.files().stream()
        .filter(path -> path.startsWith(Line.ROOT))
        .collect(Collectors.toSet());
  }

  /** The files that the complete checkpoints consist of; a crash may take a mark away. */
  private static Set<Path> listed(SimulatedFileSystem disk, List<Long> complete)
      throws IOException {
    Set<Path> expected = new HashSet<>();
    expected.add(Line.ROOT.resolve("_lock"));
    expected.add(Line.ROOT.resolve("_checkpoints"));
    for (Path path : disk.list(Line.ROOT)) {
      if (complete.stream().anyMatch(id -> path.toString().contains("/chk-" + id + "-"))) {
        expected.add(path.resolve("_metadata"));
        if (disk.exists(path.resolve("_complete"))) {
          expected.add(path.resolve("_complete"));
        }
        for (String file : files(FileCheckpointStorage.open(disk, path).metadata())) {
          expected.add(path.resolve(file));
        }
      }
    }
    return expected;
  }

  private static List<String> files(CheckpointMetadata metadata) {
    return metadata.operators().stream()
        .flatMap(operator -> operator.subtasks().stream())
        .flatMap(SubtaskState::streams)
        .filter(StreamHandle.InFile.class::isInstance)
        .map(handle -> ((StreamHandle.InFile) handle).name())
        .toList();
  }
}
