package io.streambed.flink.snapshot;

import io.streambed.error.InvariantViolationException;
import io.streambed.snapshot.KeyedStateHandle.Container;
import io.streambed.snapshot.KeyedStateHandle.Incremental;
import io.streambed.snapshot.SharedFiles;
import io.streambed.snapshot.SnapshotOutput;
import io.streambed.snapshot.SnapshotStreams;
import io.streambed.snapshot.StreamHandle;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.runtime.state.CheckpointStreamFactory;
import org.apache.flink.runtime.state.CheckpointStreamWithResultProvider;
import org.apache.flink.runtime.state.CheckpointedStateScope;
import org.apache.flink.runtime.state.KeyGroupRangeOffsets;
import org.apache.flink.runtime.state.KeyGroupsStateHandle;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.LocalRecoveryConfig;
import org.apache.flink.runtime.state.PlaceholderStreamStateHandle;
import org.apache.flink.runtime.state.SnapshotResult;
import org.apache.flink.runtime.state.StateHandleID;
import org.apache.flink.runtime.state.StateUtil;
import org.apache.flink.runtime.state.StreamStateHandle;

/**
 * Flink's streams of one snapshot as Streambed's. It knows by the identity of each file the handle
 * that Flink gave for it.
 *
 * <p>Threading: one thread; closing the registry of cancelable streams from another one ends it.
 */
final class FlinkStreams implements SnapshotStreams {
  private final Target target;
  private final CloseableRegistry cancel;
  private final Supplier<UUID> fileIds;
  private final ReusableFiles files;
  private final boolean reuses;
  private final Map<UUID, SnapshotResult<StreamStateHandle>> written = new HashMap<>();
  private final Map<UUID, PlaceholderStreamStateHandle> reused = new HashMap<>();

  /**
   * Where a snapshot goes.
   *
   * @param factory makes Flink's streams
   * @param checkpointId the checkpoint's id
   * @param localRecovery says where a second copy goes, or null if there is none
   */
  record Target(
      CheckpointStreamFactory factory, long checkpointId, LocalRecoveryConfig localRecovery) {}

  /**
   * The streams of a snapshot.
   *
   * @param cancel closed to cancel
   * @param fileIds draws the identity of each file
   * @param files knows what may be referred to; null if nothing is shared
   * @param reuses whether the snapshot may refer to files of earlier ones
   */
  FlinkStreams(
      Target target,
      CloseableRegistry cancel,
      Supplier<UUID> fileIds,
      ReusableFiles files,
      boolean reuses) {
    this.target = target;
    this.cancel = cancel;
    this.fileIds = fileIds;
    this.files = files;
    this.reuses = reuses;
  }

  @Override
  public SnapshotOutput create(String purpose) throws IOException {
    CheckpointedStateScope scope = CheckpointedStateScope.EXCLUSIVE;
    return new Output(
        target.localRecovery == null
            ? CheckpointStreamWithResultProvider.createSimpleStream(scope, target.factory)
            : CheckpointStreamWithResultProvider.createDuplicatingStream(
                target.checkpointId,
                scope,
                target.factory,
                target
                    .localRecovery
                    .getLocalStateDirectoryProvider()
                    .orElseThrow(LocalRecoveryConfig.localRecoveryNotEnabled())),
        false);
  }

  @Override
  public SharedFiles shared() {
    return files == null ? null : new Shared();
  }

  /** Flink itself keeps small files in its metadata: none is too small here. */
  private final class Shared implements SharedFiles {
    @Override
    public SnapshotOutput create(String purpose) throws IOException {
      return new Output(
          CheckpointStreamWithResultProvider.createSimpleStream(
              CheckpointedStateScope.SHARED, target.factory),
          true);
    }

    @Override
    public boolean reuse(StreamHandle.Shared file) {
      PlaceholderStreamStateHandle kept =
          reuses
              ? files.reuse(
                  target.checkpointId, file.fileId(), target.factory::couldReuseStateHandle)
              : null;
      if (kept != null) {
        reused.put(file.fileId(), kept);
      }
      return kept != null;
    }
  }

  /** The handle that Flink has for a file that was written or referred to here. */
  StreamStateHandle handle(StreamHandle file) {
    StreamStateHandle kept = reused.get(file.fileId());
    if (kept != null) {
      return kept;
    }
    SnapshotResult<StreamStateHandle> own = written.get(file.fileId());
    if (own == null) {
      throw new InvariantViolationException(
          "a checkpoint names a file that it neither wrote nor was allowed to refer to: " + file);
    }
    return own.getJobManagerOwnedSnapshot();
  }

  /** The size of all that was written here, in bytes; what was referred to does not count. */
  long writtenBytes() {
    return written.values().stream().mapToLong(SnapshotResult::getStateSize).sum();
  }

  /**
   * A container as Flink's handle of all its key groups, and of the second copy if there is one.
   */
  SnapshotResult<KeyedStateHandle> container(Container container) {
    UUID fileId = container.data().fileId();
    return CheckpointStreamWithResultProvider.toKeyedStateHandleSnapshotResult(
        written.get(fileId),
        // The container has an index of its own: the offsets stay 0.
        new KeyGroupRangeOffsets(container.range().first(), container.range().last()),
        (offsets, stream) ->
            KeyGroupsStateHandle.restore(offsets, stream, new StateHandleID(fileId.toString())));
  }

  /**
   * Lets go of the files that an increment does not name, though they were written or asked for.
   * The JobManager never learns of them: it does not delete what was written here, and may delete
   * what was asked for.
   *
   * @throws IOException if one that was written cannot be deleted
   */
  void keepOnly(Incremental increment) throws IOException {
    Map<UUID, StreamStateHandle> named = new HashMap<>();
    increment.files().forEach(file -> named.put(file.fileId(), handle(file)));
    files.written(target.checkpointId, named);
    reused.keySet().retainAll(named.keySet());
    Set<UUID> unnamed = new HashSet<>(written.keySet());
    unnamed.removeAll(named.keySet());
    unnamed.remove(increment.manifest().fileId());
    for (UUID file : unnamed) {
      try {
        written.get(file).discardState();
      } catch (Exception e) {
        throw new IOException("a file that the checkpoint does not need cannot be deleted", e);
      }
      written.remove(file);
    }
  }

  /** Tells Flink what the snapshot refers to: it may keep several files in one. */
  void reportReuse() {
    if (!reused.isEmpty()) {
      target.factory.reusePreviousStateHandle(List.copyOf(reused.values()));
    }
  }

  /** Deletes what was written, since the snapshot failed. */
  void discard(Throwable failure) {
    try {
      StateUtil.bestEffortDiscardAllStateObjects(new ArrayList<>(written.values()));
    } catch (Exception e) {
      failure.addSuppressed(e);
    }
  }

  private final class Output extends SnapshotOutput {
    private final CheckpointStreamWithResultProvider out;
    private final boolean shared;
    private final UUID fileId = fileIds.get();
    private boolean finished;

    Output(CheckpointStreamWithResultProvider out, boolean shared) throws IOException {
      this.out = out;
      this.shared = shared;
      cancel.registerCloseable(out);
    }

    @Override
    public UUID fileId() {
      return fileId;
    }

    @Override
    public void write(int b) throws IOException {
      out.getCheckpointOutputStream().write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.getCheckpointOutputStream().write(bytes, offset, length);
    }

    @Override
    public StreamHandle finish(int checksum) throws IOException {
      if (!cancel.unregisterCloseable(out)) {
        throw new IOException("The snapshot was cancelled: its stream is closed.");
      }
      SnapshotResult<StreamStateHandle> result = out.closeAndFinalizeCheckpointStreamResult();
      finished = true;
      written.put(fileId, result);
      if (!shared) {
        return new StreamHandle.InFile(fileId, checksum, fileId.toString(), result.getStateSize());
      }
      return new StreamHandle.Shared(fileId, checksum, result.getStateSize());
    }

    @Override
    public void close() throws IOException {
      if (!finished) {
        cancel.unregisterCloseable(out);
        out.close();
      }
    }
  }
}
