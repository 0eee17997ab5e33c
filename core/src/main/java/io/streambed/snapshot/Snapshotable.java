package io.streambed.snapshot;

import java.util.concurrent.RunnableFuture;

/**
 * State of which snapshots can be taken.
 *
 * @param <H> the handle that names what was written
 */
public interface Snapshotable<H> {
  /**
   * Takes a snapshot of this moment. The call freezes a view, at a cost that does not depend on the
   * number of entries; the future, run on any thread, writes it out while processing goes on.
   *
   * <p>Threading: called on the task's thread. The future must be run or cancelled; cancelling it,
   * before, during or instead of a run, closes its streams and leaves nothing behind.
   *
   * @param checkpointId the checkpoint's id, for names and messages
   * @param streams where to write
   * @param options how to write
   * @return a future that gives the handle, or null if there is nothing to write
   */
  RunnableFuture<H> snapshot(long checkpointId, SnapshotStreams streams, SnapshotOptions options);
}
