package io.streambed.checkpoint;

import io.streambed.control.IncomingRequests;
import io.streambed.error.StorageException;
import io.streambed.snapshot.SnapshotType;
import io.streambed.snapshot.StagedFiles;
import java.util.List;
import java.util.Optional;

/**
 * A job's checkpoints, held by the one attempt that may write.
 *
 * <p>A job that was not told to restore must not go on over checkpoints of an earlier run: its
 * caller asks {@link #completed()} and refuses if it is not empty.
 *
 * <p>Threading: any thread; commits follow one another.
 */
public interface ClaimedCheckpoints extends AutoCloseable {
  /**
   * Whose checkpoints these are.
   *
   * @return the name claimed with, and the id drawn at the first claim
   */
  JobIdentity job();

  /**
   * Which claim this is.
   *
   * @return from 1, greater than that of every claim before
   */
  long attempt();

  /**
   * The complete checkpoints that are kept, savepoints left out.
   *
   * @return their ids, oldest first; empty if the job never completed one
   */
  List<Long> completed();

  /**
   * Opens the checkpoint to recover from: the last of {@link #completed()}, never another.
   *
   * @return the checkpoint, or empty if there is none
   * @throws io.streambed.error.CorruptionException if it is damaged or missing
   * @throws io.streambed.error.StorageException if it cannot be read
   */
  Optional<OpenedCheckpoint> latest();

  /**
   * Begins to write a checkpoint or savepoint.
   *
   * @param checkpointId its id, greater than every one completed or begun before
   * @param type checkpoint or savepoint
   * @return its writer, to be committed or discarded
   * @throws io.streambed.error.StorageException if the storage refuses it
   */
  CheckpointWriter begin(long checkpointId, SnapshotType type);

  /**
   * Keeps the shared files of a complete checkpoint while they are read.
   *
   * @param checkpointId its id, of {@link #completed()}
   * @return the lease, to be closed, which ends with the claim at the latest; empty if the
   *     checkpoint is not complete or not kept any longer
   */
  Optional<CheckpointLease> lease(long checkpointId);

  /**
   * Makes a savepoint the job's own that is about to be restored: it is removed once this claim has
   * completed a checkpoint, or by a later claim if that is cut short. If this claim never completes
   * one, the savepoint stays.
   *
   * @param savepoint the savepoint, which nobody else is to need
   * @throws io.streambed.error.StorageException if it is a checkpoint, or cannot be owned here
   */
  default void takeOver(OpenedCheckpoint savepoint) {
    throw new StorageException(
        savepoint.location()
            + " cannot be claimed: this storage removes no savepoints. Restore it without claiming"
            + " it.");
  }

  /**
   * Lets a store write shared files outside of a checkpoint, for a later one to adopt.
   *
   * @return a staging that holds nothing yet, to be closed, which ends with the claim at the
   *     latest; empty if checkpoints share no files here
   * @throws IllegalStateException if the claim was given back
   */
  default Optional<StagedFiles> stage() {
    return Optional.empty();
  }

  /**
   * What other processes ask of the one that holds this claim.
   *
   * @return the requests to this attempt, a new object at each call; empty if nobody else reaches
   *     this storage
   */
  default Optional<IncomingRequests> requests() {
    return Optional.empty();
  }

  /**
   * Lets go: what was begun and not committed is discarded, what is complete stays. What is staged
   * or leased, and what discarded checkpoints uploaded, is kept no longer. Idempotent.
   *
   * @throws io.streambed.error.StorageException if the storage fails
   */
  @Override
  void close();
}
