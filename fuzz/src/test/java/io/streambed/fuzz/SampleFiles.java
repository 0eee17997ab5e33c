package io.streambed.fuzz;

import io.streambed.backend.StateBackend;
import io.streambed.checkpoint.CheckpointWriter;
import io.streambed.checkpoint.ClaimedCheckpoints;
import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.checkpoint.FileStorageOptions;
import io.streambed.checkpoint.OpenedCheckpoint;
import io.streambed.checkpoint.OperatorSnapshot;
import io.streambed.checkpoint.SubtaskState;
import io.streambed.file.Compression;
import io.streambed.file.FileSystem;
import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.snapshot.SnapshotOptions;
import io.streambed.snapshot.SnapshotType;
import io.streambed.snapshot.StreamHandle;
import io.streambed.testkit.damage.Change;
import io.streambed.testkit.damage.SampleJob;
import io.streambed.testkit.fault.SimulatedFileSystem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The checkpoint of a small job with state of every sort, on a disk in memory. */
public final class SampleFiles {
  static final Path ROOT = Path.of("/fuzzed");
  private static final int SEED = 5;

  private SampleFiles() {}

  /** The backend of that job. */
  static StateBackend backend(FileSystem files) {
    FileStorageOptions options = FileStorageOptions.in(ROOT).withSmallFileThresholdBytes(0);
    return StateBackend.of(
        new HeapKeyedStoreFactory(), new FileCheckpointStorage(files, options, MemoryDisk.ids()));
  }

  /** Takes the checkpoint of a job with so many changes, and opens it. */
  static OpenedCheckpoint take(FileSystem files, int changes) throws IOException {
    StateBackend state = backend(files);
    try (ClaimedCheckpoints claim = state.checkpoints().claim("sample");
        SampleJob job = new SampleJob(state, Optional.empty(), 1)) {
      Change.round(SEED, 1, changes).forEach(job::apply);
      CheckpointWriter writer = claim.begin(1, SnapshotType.CHECKPOINT);
      Map<String, SubtaskState> written = new TreeMap<>();
      for (SampleJob.Part part :
          job.freeze(1, writer, SnapshotOptions.checkpoint(Compression.NONE))) {
        written.put(part.operatorId(), part.write());
      }
      List<OperatorSnapshot> operators = new ArrayList<>();
      written.forEach(
          (id, subtask) -> operators.add(new OperatorSnapshot(id, 1, 8, List.of(subtask))));
      writer.commit(1_000, operators, Set.of());
    }
    return FileCheckpointStorage.open(files, ROOT);
  }

  /**
   * The content of the file that holds the state of an operator.
   *
   * @param operatorId the operator's id
   * @param format the file's format
   * @param changes how many changes made the state
   * @return the content
   * @throws IOException never
   */
  public static FramedFile content(String operatorId, String format, int changes)
      throws IOException {
    FileSystem files = new SimulatedFileSystem();
    OpenedCheckpoint opened = take(files, changes);
    SubtaskState state = state(opened, operatorId);
    String name =
        state
            .streams()
            .filter(StreamHandle.InFile.class::isInstance)
            .map(handle -> ((StreamHandle.InFile) handle).name())
            .findFirst()
            .orElseThrow();
    Path path = Path.of(opened.location()).resolve(name);
    return FramedFile.ofFile(MemoryDisk.content(files, path), format);
  }

  /** What the checkpoint says of an operator. */
  static SubtaskState state(OpenedCheckpoint opened, String operatorId) {
    return opened.metadata().operators().stream()
        .filter(operator -> operator.operatorId().equals(operatorId))
        .findFirst()
        .orElseThrow()
        .subtasks()
        .get(0);
  }
}
