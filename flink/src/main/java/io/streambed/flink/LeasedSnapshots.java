package io.streambed.flink;

import org.apache.flink.runtime.checkpoint.CheckpointOptions;
import org.apache.flink.runtime.state.CheckpointStreamFactory;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.SnapshotResources;
import org.apache.flink.runtime.state.SnapshotStrategy;

/**
 * Takes snapshots that use the store's memory until Flink releases what was frozen for them.
 *
 * @param strategy takes the snapshots
 * @param lease of the store
 * @param <R> what the strategy freezes
 */
record LeasedSnapshots<R extends SnapshotResources>(
    SnapshotStrategy<KeyedStateHandle, R> strategy, StoreLease lease)
    implements SnapshotStrategy<KeyedStateHandle, LeasedSnapshots.Frozen<R>> {

  /**
   * What was frozen, and the use of the memory that it needs.
   *
   * @param resources what the strategy froze
   * @param use ends when they are released
   * @param <R> what the strategy freezes
   */
  record Frozen<R extends SnapshotResources>(R resources, StoreLease.Use use)
      implements SnapshotResources {
    @Override
    public void release() {
      try {
        resources.release();
      } finally {
        use.close();
      }
    }
  }

  @Override
  public Frozen<R> syncPrepareResources(long checkpointId) throws Exception {
    return new Frozen<>(strategy.syncPrepareResources(checkpointId), lease.use());
  }

  @Override
  public SnapshotResultSupplier<KeyedStateHandle> asyncSnapshot(
      Frozen<R> frozen,
      long checkpointId,
      long timestamp,
      CheckpointStreamFactory streams,
      CheckpointOptions options) {
    return strategy.asyncSnapshot(frozen.resources(), checkpointId, timestamp, streams, options);
  }
}
