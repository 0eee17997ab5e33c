package io.streambed.fuzz;

import io.streambed.backend.StateBackend;
import io.streambed.checkpoint.CheckpointWriter;
import io.streambed.checkpoint.ClaimedCheckpoints;
import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.checkpoint.OperatorSnapshot;
import io.streambed.checkpoint.SubtaskState;
import io.streambed.file.BlockReader;
import io.streambed.file.FileInput;
import io.streambed.file.FileSystem;
import io.streambed.key.KeyGroupRange;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.OperatorStateHandle;
import io.streambed.snapshot.SnapshotOutput;
import io.streambed.snapshot.SnapshotType;
import io.streambed.snapshot.StreamHandle;
import io.streambed.testkit.damage.SampleJob;
import io.streambed.testkit.fault.SimulatedFileSystem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A whole job, restored from a checkpoint of which one container is the fuzzer's. */
final class RestoreTarget implements FuzzTarget {
  private static final int CHANGES = 30;

  /** Which container. */
  enum Part {
    KEYED(SampleJob.KEYED, "KEYD"),
    OPERATOR(SampleJob.SOURCE, "OPER");

    private final String operatorId;
    private final String format;

    Part(String operatorId, String format) {
      this.operatorId = operatorId;
      this.format = format;
    }
  }

  private final Part part;

  /** What the metadata says of operator state; null until it is asked for. */
  private List<OperatorStateHandle.Part> states;

  RestoreTarget(Part part) {
    this.part = part;
  }

  @Override
  public List<byte[]> seeds() throws IOException {
    List<byte[]> seeds = new ArrayList<>();
    seeds.add(SampleFiles.content(part.operatorId, part.format, CHANGES).toInput());
    if (part == Part.KEYED) {
      seeds.add(SampleFiles.content(part.operatorId, part.format, 5).toInput());
    }
    return seeds;
  }

  @Override
  public void run(byte[] input) throws IOException {
    FileSystem files = new SimulatedFileSystem();
    StateBackend state = SampleFiles.backend(files);
    commit(state, FramedFile.of(input));
    var opened = FileCheckpointStorage.open(files, SampleFiles.ROOT);
    try (SampleJob job = new SampleJob(state, Optional.of(opened), 1)) {
      job.dump();
      job.drainToText();
    }
  }

  /** A checkpoint that is whole but for what is in its one container. */
  private void commit(StateBackend state, FramedFile content) throws IOException {
    try (ClaimedCheckpoints claim = state.checkpoints().claim("sample")) {
      CheckpointWriter writer = claim.begin(1, SnapshotType.CHECKPOINT);
      StreamHandle data;
      try (SnapshotOutput out = writer.create("fuzzed")) {
        byte[] file = content.write(part.format, out.fileId());
        out.write(file);
        data = out.finish(BlockReader.checksum(FileInput.of("fuzzed", file)));
      }
      writer.commit(
          1_000,
          List.of(new OperatorSnapshot(part.operatorId, 1, 8, List.of(subtask(data)))),
          Set.of());
    }
  }

  private SubtaskState subtask(StreamHandle data) throws IOException {
    if (part == Part.KEYED) {
      var keyed = new KeyedStateHandle.Container(new KeyGroupRange(0, 7), data);
      return new SubtaskState(List.of(keyed), List.of());
    }
    if (states == null) {
      var opened = SampleFiles.take(new SimulatedFileSystem(), CHANGES);
      states = SampleFiles.state(opened, part.operatorId).operator().get(0).states();
    }
    return new SubtaskState(List.of(), List.of(new OperatorStateHandle(states, data)));
  }
}
