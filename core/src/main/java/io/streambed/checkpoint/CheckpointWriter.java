package io.streambed.checkpoint;

import io.streambed.snapshot.SnapshotStreams;
import java.util.List;
import java.util.Set;

/**
 * Writes one checkpoint or savepoint: its streams first, then, when every subtask has acknowledged,
 * {@link #commit}.
 *
 * <p>Threading: any thread.
 */
public interface CheckpointWriter extends SnapshotStreams {
  /**
   * The id.
   *
   * @return what it was begun with
   */
  long checkpointId();

  /**
   * Where it is going to be.
   *
   * @return a location for {@link CheckpointStorage#open}, once committed
   */
  String location();

  /**
   * Makes the checkpoint complete: durable as a whole, the last of {@link
   * ClaimedCheckpoints#completed()}. Those not retained are removed after that, by the executor of
   * removals that the storage was claimed with; a failure to remove one does not concern this call.
   * A savepoint joins no list and removes nothing.
   *
   * @param timestampMillis when it is stored, in milliseconds since the epoch: the state in it has
   *     seen no later time
   * @param operators the state that was acknowledged; its streams are this writer's, or shared
   *     files that it was allowed to reuse
   * @param retain ids of earlier checkpoints to keep; this one is kept in any case
   * @return what was written
   * @throws io.streambed.error.StorageException if it is not complete; the earlier ones are as they
   *     were, and this one is to be discarded
   * @throws UnsettledCommitException if it is not known whether it is complete; the job must not
   *     act upon either, but fail and claim its checkpoints anew
   * @throws IllegalArgumentException if a stream is not one that this writer finished or reused
   * @throws IllegalStateException if a stream is open, or it was committed or discarded before
   */
  CheckpointMetadata commit(
      long timestampMillis, List<OperatorSnapshot> operators, Set<Long> retain);

  /**
   * Gives up: nothing can be written from now on, open streams are closed and everything written is
   * removed, both by the executor of removals that the storage was claimed with. Shared files that
   * are whole stay until a later checkpoint is complete: one that is tried again takes them on.
   * Nothing happens if it was committed. Idempotent. What cannot be removed is tried again later,
   * at the latest by the next claim, and never reported here.
   */
  void discard();
}
