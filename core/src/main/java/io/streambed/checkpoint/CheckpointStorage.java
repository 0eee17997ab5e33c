package io.streambed.checkpoint;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * Where the checkpoints of one job are kept.
 *
 * <p>Threading: any thread.
 */
public interface CheckpointStorage {
  /**
   * As {@link #claim(String, Executor)}, with removals on the thread that leads to them: a commit,
   * for one, returns when the checkpoints are removed that it replaces.
   *
   * @param jobName the job's name, 1 to {@value JobIdentity#MAX_NAME_LENGTH} characters
   * @return the claim, to be closed
   */
  default ClaimedCheckpoints claim(String jobName) {
    return claim(jobName, Runnable::run);
  }

  /**
   * Takes the storage for one attempt of the job, which alone may write until it lets go. What dead
   * attempts left unfinished is removed.
   *
   * @param jobName the job's name, 1 to {@value JobIdentity#MAX_NAME_LENGTH} characters
   * @param removals runs what nobody waits for: checkpoints that are not kept are removed, streams
   *     of discarded ones closed. Runs one task after the other, in the order given. A slow or
   *     hanging disk holds its thread, and no caller of the claim
   * @return the claim, to be closed
   * @throws io.streambed.error.FencedException if another attempt holds it
   * @throws io.streambed.error.IncompatibleStateException if it belongs to a job of another name
   * @throws io.streambed.error.CorruptionException if the list of checkpoints is damaged or an
   *     earlier version of itself, or a checkpoint on it is missing
   * @throws io.streambed.error.StorageException if the storage cannot be read or written
   */
  ClaimedCheckpoints claim(String jobName, Executor removals);

  /**
   * Opens a checkpoint or savepoint by its location, claimed or not.
   *
   * @param location what {@link OpenedCheckpoint#location()} or {@link CheckpointWriter#location()}
   *     gave
   * @return the checkpoint
   * @throws io.streambed.error.StorageException if there is none
   * @throws io.streambed.error.CorruptionException if it is damaged
   */
  OpenedCheckpoint open(String location);

  /**
   * Whether savepoints can be begun here.
   *
   * @return false if the storage was given no place for them
   */
  boolean takesSavepoints();

  /**
   * The directory in which this storage alone may write, for others to keep out of it.
   *
   * @return the directory of checkpoints; empty if they are in none
   */
  default Optional<Path> directory() {
    return Optional.empty();
  }
}
