package io.streambed.checkpoint;

import io.streambed.snapshot.SnapshotType;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;

/** What a {@link CheckpointCoordinator} wants done, in the order given. */
public sealed interface CoordinatorAction {
  /**
   * Begin a writer and send barriers from the sources.
   *
   * @param checkpointId the new id
   * @param type checkpoint or savepoint
   * @param atMillis the time of the event that led to it
   * @param last whether this is the job's last checkpoint: the sources are at their end, or, for a
   *     savepoint, stop behind its barrier
   * @param drain whether the sources bring event time to its end before the barrier
   */
  record Trigger(long checkpointId, SnapshotType type, long atMillis, boolean last, boolean drain)
      implements CoordinatorAction {
    /**
     * A trigger that leaves event time alone.
     *
     * @param checkpointId the new id
     * @param type checkpoint or savepoint
     * @param atMillis the time of the event that led to it
     * @param last whether this is the job's last checkpoint
     */
    public Trigger(long checkpointId, SnapshotType type, long atMillis, boolean last) {
      this(checkpointId, type, atMillis, last, false);
    }

    /**
     * Whether sources stop for it that have not ended.
     *
     * @return true for a savepoint that ends the job
     */
    public boolean stops() {
      return last && type == SnapshotType.SAVEPOINT;
    }
  }

  /**
   * Commit the writer, and answer with {@code Stored}, {@code StoreFailed} or {@code
   * StoreUnsettled}. There is one at a time.
   *
   * @param checkpointId the id
   * @param type checkpoint or savepoint
   * @param triggeredMillis the time of the event that it was triggered by
   * @param operators what all subtasks acknowledged
   * @param retain earlier checkpoints to keep
   */
  record Store(
      long checkpointId,
      SnapshotType type,
      long triggeredMillis,
      List<OperatorSnapshot> operators,
      Set<Long> retain)
      implements CoordinatorAction {
    /** Freezes the parts. */
    public Store {
      Objects.requireNonNull(type, "type");
      operators = List.copyOf(operators);
      retain = Set.copyOf(retain);
    }
  }

  /**
   * Tell the tasks that a checkpoint is complete: they may commit what belongs to it. Never sent
   * for a savepoint, since recovery does not start from it and would do the work again.
   *
   * @param checkpointId the id
   */
  record NotifyComplete(long checkpointId) implements CoordinatorAction {}

  /**
   * Tell the tasks that a checkpoint or savepoint will not be.
   *
   * @param checkpointId the id
   * @param reason why
   * @param unanswered the subtasks that did not answer in time, if that is why; otherwise empty
   */
  record NotifyAborted(long checkpointId, String reason, List<Unanswered> unanswered)
      implements CoordinatorAction {
    /** Freezes the list. */
    public NotifyAborted {
      unanswered = List.copyOf(unanswered);
    }

    /**
     * A checkpoint that ends for another reason than a time-out.
     *
     * @param checkpointId the id
     * @param reason why
     */
    public NotifyAborted(long checkpointId, String reason) {
      this(checkpointId, reason, List.of());
    }
  }

  /**
   * A subtask that has not answered a checkpoint.
   *
   * @param operatorId the operator
   * @param subtask its subtask, from 0
   */
  record Unanswered(String operatorId, int subtask) {}

  /**
   * Discard the writer. It comes again if a subtask acknowledges after that.
   *
   * @param checkpointId the id
   */
  record Discard(long checkpointId) implements CoordinatorAction {}

  /**
   * Answer a request: the savepoint is complete.
   *
   * @param requestId the request
   * @param checkpointId the savepoint's id, the writer of which knows its location
   */
  record SavepointTaken(long requestId, long checkpointId) implements CoordinatorAction {}

  /**
   * Answer a request: the savepoint that ends the job is complete. Let the tasks commit what it
   * completes, and end.
   *
   * @param requestId the request
   * @param checkpointId the savepoint's id
   */
  record FinishWithSavepoint(long requestId, long checkpointId) implements CoordinatorAction {}

  /**
   * Answer a request: there will be no savepoint.
   *
   * @param requestId the request
   * @param reason why
   */
  record SavepointFailed(long requestId, String reason) implements CoordinatorAction {}

  /**
   * Start the tasks again, and say {@code TasksRestarted}. Comes after {@code TasksFailed}, once no
   * store is under way.
   *
   * @param checkpointId the last checkpoint completed since the coordinator was made; empty to
   *     start where the job did then, be it the beginning or a checkpoint it was told to restore
   */
  record Recover(OptionalLong checkpointId) implements CoordinatorAction {}

  /**
   * The last checkpoint is complete: end the tasks.
   *
   * @param checkpointId its id
   */
  record Finish(long checkpointId) implements CoordinatorAction {}

  /**
   * Stop the tasks, since too many checkpoints have failed in a row. Then say {@code TasksFailed},
   * if they are to be started again, or else {@code Stopped}.
   *
   * @param reason why
   */
  record FailTasks(String reason) implements CoordinatorAction {}

  /**
   * Fail the job, since its claim on the checkpoints is of no use any more. Comes at most once.
   *
   * @param reason why
   */
  record FailJob(String reason) implements CoordinatorAction {}
}
