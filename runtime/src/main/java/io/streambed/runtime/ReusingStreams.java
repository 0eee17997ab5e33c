package io.streambed.runtime;

import io.streambed.checkpoint.OperatorSnapshot;
import io.streambed.checkpoint.SubtaskState;
import io.streambed.snapshot.SharedFiles;
import io.streambed.snapshot.SnapshotOutput;
import io.streambed.snapshot.SnapshotStreams;
import io.streambed.snapshot.StreamHandle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A checkpoint's streams, which remember the files of earlier checkpoints that it was allowed to
 * refer to: so its size is told apart from what was written for it. Any thread.
 */
final class ReusingStreams implements SnapshotStreams {
  private final SnapshotStreams streams;
  private final Set<UUID> reused = ConcurrentHashMap.newKeySet();

  /**
   * How large a checkpoint is.
   *
   * @param bytes all that a restore needs
   * @param writtenBytes without files that earlier checkpoints wrote
   */
  record Size(long bytes, long writtenBytes) {}

  ReusingStreams(SnapshotStreams streams) {
    this.streams = streams;
  }

  @Override
  public SnapshotOutput create(String purpose) throws IOException {
    return streams.create(purpose);
  }

  @Override
  public SharedFiles shared() {
    SharedFiles shared = streams.shared();
    return shared == null ? null : new Noted(shared);
  }

  /** The size of what all subtasks acknowledged; a file that several refer to counts once. */
  Size sizeOf(List<OperatorSnapshot> operators) {
    List<StreamHandle> handles =
        operators.stream()
            .map(OperatorSnapshot::subtasks)
            .flatMap(List::stream)
            .flatMap(SubtaskState::streams)
            .distinct()
            .toList();
    return new Size(
        handles.stream().mapToLong(StreamHandle::length).sum(),
        handles.stream()
            .filter(handle -> !reused.contains(handle.fileId()))
            .mapToLong(StreamHandle::length)
            .sum());
  }

  private final class Noted implements SharedFiles {
    private final SharedFiles shared;

    Noted(SharedFiles shared) {
      this.shared = shared;
    }

    @Override
    public int smallBytes() {
      return shared.smallBytes();
    }

    @Override
    public SnapshotOutput create(String purpose) throws IOException {
      return shared.create(purpose);
    }

    @Override
    public SnapshotOutput create(String purpose, Path source) throws IOException {
      return shared.create(purpose, source);
    }

    @Override
    public boolean reuse(StreamHandle.Shared file) {
      return noted(file, shared.reuse(file));
    }

    @Override
    public boolean reuse(StreamHandle.Shared file, Path source) {
      return noted(file, shared.reuse(file, source));
    }

    private boolean noted(StreamHandle.Shared file, boolean may) {
      if (may) {
        reused.add(file.fileId());
      }
      return may;
    }
  }
}
