package io.streambed.flink.snapshot;

import io.streambed.file.Compression;
import io.streambed.key.KeyGroupRange;
import io.streambed.snapshot.KeyedContainerWriter;
import io.streambed.snapshot.SnapshotOrigin;
import io.streambed.store.KeyedStore;
import java.io.IOException;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.runtime.checkpoint.CheckpointOptions;
import org.apache.flink.runtime.state.CheckpointStreamFactory;
import org.apache.flink.runtime.state.CheckpointStreamWithResultProvider;
import org.apache.flink.runtime.state.CheckpointedStateScope;
import org.apache.flink.runtime.state.KeyGroupRangeOffsets;
import org.apache.flink.runtime.state.KeyGroupsStateHandle;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.LocalRecoveryConfig;
import org.apache.flink.runtime.state.LocalSnapshotDirectoryProvider;
import org.apache.flink.runtime.state.SnapshotResult;
import org.apache.flink.runtime.state.SnapshotStrategy;
import org.apache.flink.runtime.state.StateHandleID;

/**
 * Writes checkpoints and native savepoints: one container of keyed state, with checksums and an
 * identity, behind one of Flink's key-group handles. The container has an index of its own, so the
 * handle's offsets stay 0; the handle's id is the container's identity, which Flink keeps in its
 * metadata, so that a file in another one's place is noticed.
 *
 * <p>Threading: {@link #syncPrepareResources} on the task's thread; what {@link #asyncSnapshot}
 * gives on any other one.
 *
 * @param store the state to write
 * @param origin gives job, operator and subtask; its checkpoint id is replaced
 * @param compression of the blocks
 * @param localRecovery where a second copy goes, if any
 * @param fileIds draws the identity of each file
 */
public record NativeSnapshotStrategy(
    KeyedStore<?> store,
    SnapshotOrigin origin,
    Compression compression,
    LocalRecoveryConfig localRecovery,
    Supplier<UUID> fileIds)
    implements SnapshotStrategy<KeyedStateHandle, FrozenState> {

  @Override
  public FrozenState syncPrepareResources(long checkpointId) {
    return new FrozenState(store.freeze(checkpointId));
  }

  @Override
  public SnapshotResultSupplier<KeyedStateHandle> asyncSnapshot(
      FrozenState frozen,
      long checkpointId,
      long timestamp,
      CheckpointStreamFactory streams,
      CheckpointOptions options) {
    KeyGroupRange range = store.context().range();
    SnapshotOrigin from =
        new SnapshotOrigin(origin.job(), origin.operatorId(), origin.subtask(), checkpointId);
    boolean local =
        localRecovery.isLocalBackupEnabled() && !options.getCheckpointType().isSavepoint();
    return cancel -> {
      // Asked here, not on the task's thread: the schema is put together when it is asked for.
      if (frozen.view().schema().states().isEmpty()) {
        return SnapshotResult.empty();
      }
      CheckpointStreamWithResultProvider out =
          local ? duplicating(checkpointId, streams) : simple(streams);
      cancel.registerCloseable(out);
      UUID fileId = fileIds.get();
      KeyedContainerWriter.write(
          frozen.view(), range, from, compression, fileId, out.getCheckpointOutputStream());
      return finish(out, cancel, range, fileId);
    };
  }

  private static CheckpointStreamWithResultProvider simple(CheckpointStreamFactory streams)
      throws IOException {
    return CheckpointStreamWithResultProvider.createSimpleStream(
        CheckpointedStateScope.EXCLUSIVE, streams);
  }

  private CheckpointStreamWithResultProvider duplicating(
      long checkpointId, CheckpointStreamFactory streams) throws IOException {
    LocalSnapshotDirectoryProvider directories =
        localRecovery
            .getLocalStateDirectoryProvider()
            .orElseThrow(LocalRecoveryConfig.localRecoveryNotEnabled());
    return CheckpointStreamWithResultProvider.createDuplicatingStream(
        checkpointId, CheckpointedStateScope.EXCLUSIVE, streams, directories);
  }

  private static SnapshotResult<KeyedStateHandle> finish(
      CheckpointStreamWithResultProvider out,
      CloseableRegistry cancel,
      KeyGroupRange range,
      UUID fileId)
      throws IOException {
    if (!cancel.unregisterCloseable(out)) {
      throw new IOException("The snapshot was cancelled: its stream is closed.");
    }
    return CheckpointStreamWithResultProvider.toKeyedStateHandleSnapshotResult(
        out.closeAndFinalizeCheckpointStreamResult(),
        new KeyGroupRangeOffsets(range.first(), range.last()),
        (offsets, stream) ->
            KeyGroupsStateHandle.restore(offsets, stream, new StateHandleID(fileId.toString())));
  }
}
