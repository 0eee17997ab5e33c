package io.streambed.flink.snapshot;

import io.streambed.file.Compression;
import io.streambed.snapshot.FrozenKeyedState;
import io.streambed.snapshot.SnapshotOrigin;
import io.streambed.store.KeyedStore;
import java.io.IOException;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.flink.runtime.checkpoint.CheckpointOptions;
import org.apache.flink.runtime.checkpoint.SnapshotType.SharingFilesStrategy;
import org.apache.flink.runtime.state.CheckpointStreamFactory;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.LocalRecoveryConfig;
import org.apache.flink.runtime.state.SnapshotResult;
import org.apache.flink.runtime.state.SnapshotStrategy;

/**
 * Takes the checkpoints and native savepoints of one subtask. A savepoint is always a container. So
 * is a checkpoint, unless the job wants increments and the store has files of its own: it then
 * consists of those, and refers to the ones that an earlier checkpoint wrote, see {@link
 * ReusableFiles}.
 *
 * <p>Threading: the task's thread; what the strategies' asynchronous part gives runs on any other
 * one.
 */
public final class NativeSnapshots {
  private final KeyedStore<?> store;
  private final SnapshotOrigin origin;
  private final Settings settings;
  private final ReusableFiles files;

  /**
   * How snapshots are written.
   *
   * @param incremental whether checkpoints may consist of files that several of them share
   * @param compression of the blocks of containers
   * @param localRecovery where a second copy of a container goes, if any
   * @param fileIds draws the identity of each file
   */
  public record Settings(
      boolean incremental,
      Compression compression,
      LocalRecoveryConfig localRecovery,
      Supplier<UUID> fileIds) {
    /** Checks the parts. */
    public Settings {
      Objects.requireNonNull(compression, "compression");
      Objects.requireNonNull(localRecovery, "localRecovery");
      Objects.requireNonNull(fileIds, "fileIds");
    }
  }

  /**
   * The snapshots of a store.
   *
   * @param store the state to write
   * @param origin gives job, operator and subtask; its checkpoint id is replaced
   * @param settings how they are written
   * @param files what the store was restored from
   */
  public NativeSnapshots(
      KeyedStore<?> store, SnapshotOrigin origin, Settings settings, ReusableFiles files) {
    this.store = store;
    this.origin = origin;
    this.settings = settings;
    this.files = files;
  }

  /**
   * What takes one snapshot.
   *
   * @param options of the snapshot
   * @return the strategy, for that snapshot only
   */
  public SnapshotStrategy<KeyedStateHandle, ?> strategy(CheckpointOptions options) {
    SharingFilesStrategy sharing = options.getCheckpointType().getSharingFilesStrategy();
    return new Strategy(
        settings.incremental && sharing != SharingFilesStrategy.NO_SHARING,
        sharing == SharingFilesStrategy.FORWARD_BACKWARD);
  }

  /**
   * A checkpoint is complete at the JobManager.
   *
   * @param checkpointId its id; that of a savepoint changes nothing
   */
  public void complete(long checkpointId) {
    files.complete(checkpointId);
  }

  /**
   * A checkpoint will never be complete.
   *
   * @param checkpointId its id
   */
  public void aborted(long checkpointId) {
    files.forget(checkpointId);
  }

  private final class Strategy implements SnapshotStrategy<KeyedStateHandle, FrozenState> {
    private final boolean incremental;
    private final boolean reuses;

    /**
     * One snapshot's.
     *
     * @param incremental whether it may consist of files that later ones refer to
     * @param reuses whether it may refer to files of earlier ones
     */
    Strategy(boolean incremental, boolean reuses) {
      this.incremental = incremental;
      this.reuses = reuses;
    }

    @Override
    public FrozenState syncPrepareResources(long checkpointId) {
      FrozenKeyedState frozen = FrozenKeyedState.freeze(store, checkpointId, incremental);
      if (!frozen.isIncremental()) {
        return new FrozenState(frozen, () -> {});
      }
      files.begin(checkpointId);
      return new FrozenState(frozen, () -> files.forget(checkpointId));
    }

    @Override
    public SnapshotResultSupplier<KeyedStateHandle> asyncSnapshot(
        FrozenState frozen,
        long checkpointId,
        long timestamp,
        CheckpointStreamFactory factory,
        CheckpointOptions options) {
      boolean local =
          settings.localRecovery.isLocalBackupEnabled()
              && !options.getCheckpointType().isSavepoint()
              && !frozen.state().isIncremental();
      return cancel -> {
        // Asked here, not on the task's thread: the schema is put together when it is asked for.
        if (frozen.state().schema().states().isEmpty()) {
          return SnapshotResult.empty();
        }
        FlinkStreams streams =
            new FlinkStreams(
                new FlinkStreams.Target(
                    factory, checkpointId, local ? settings.localRecovery : null),
                cancel,
                settings.fileIds,
                frozen.state().isIncremental() ? files : null,
                reuses);
        try {
          SnapshotResult<KeyedStateHandle> result = write(frozen.state(), checkpointId, streams);
          streams.reportReuse();
          if (cancel.isClosed()) {
            // After the last stream was finished: nobody takes the result, and its files are left.
            throw new IOException("The snapshot was cancelled when it was written as a whole.");
          }
          frozen.written();
          return result;
        } catch (IOException | RuntimeException | Error e) {
          streams.discard(e);
          throw e;
        }
      };
    }

    private SnapshotResult<KeyedStateHandle> write(
        FrozenKeyedState state, long checkpointId, FlinkStreams streams) throws IOException {
      SnapshotOrigin from =
          new SnapshotOrigin(origin.job(), origin.operatorId(), origin.subtask(), checkpointId);
      // Only a container can be opened with a compression that core does not know.
      Compression compression = state.isIncremental() ? Compression.NONE : settings.compression;
      io.streambed.snapshot.KeyedStateHandle handle = state.write(from, compression, streams);
      if (handle instanceof io.streambed.snapshot.KeyedStateHandle.Incremental increment) {
        streams.keepOnly(increment);
        return SnapshotResult.of(IncrementForm.toFlink(increment, checkpointId, streams));
      }
      return streams.container((io.streambed.snapshot.KeyedStateHandle.Container) handle);
    }
  }
}
