package io.streambed.checkpoint;

import java.util.Objects;

/** What happens to a {@link CheckpointCoordinator}. */
public sealed interface CoordinatorEvent {
  /** Time has passed. */
  record Tick() implements CoordinatorEvent {}

  /**
   * A user asks for a savepoint.
   *
   * @param requestId names the request in the answers; above 0
   */
  record SavepointRequested(long requestId) implements CoordinatorEvent {
    /** Checks the id. */
    public SavepointRequested {
      if (requestId < 1) {
        throw new IllegalArgumentException("request " + requestId + ": they count from 1");
      }
    }
  }

  /**
   * A user asks the job to end with a savepoint: sources stop behind its barrier, and once it is
   * complete the sinks make visible what it holds. If there is none, the job goes on.
   *
   * @param requestId names the request in the answers; above 0
   * @param drain whether event time goes to its end before, so that all event-time timers fire; the
   *     job is then no longer what it was, and starts again from its last checkpoint if there is no
   *     savepoint
   */
  record StopRequested(long requestId, boolean drain) implements CoordinatorEvent {
    /** Checks the id. */
    public StopRequested {
      if (requestId < 1) {
        throw new IllegalArgumentException("request " + requestId + ": they count from 1");
      }
    }
  }

  /**
   * A subtask has written its part.
   *
   * @param checkpointId the checkpoint
   * @param operatorId the operator
   * @param subtask its subtask, from 0
   * @param state what it wrote
   */
  record TaskAcknowledged(long checkpointId, String operatorId, int subtask, SubtaskState state)
      implements CoordinatorEvent {
    /** Checks the parts. */
    public TaskAcknowledged {
      Objects.requireNonNull(operatorId, "operatorId");
      Objects.requireNonNull(state, "state");
    }
  }

  /**
   * A subtask could not write its part.
   *
   * @param checkpointId the checkpoint
   * @param operatorId the operator
   * @param subtask its subtask, from 0
   * @param reason why
   */
  record TaskDeclined(long checkpointId, String operatorId, int subtask, String reason)
      implements CoordinatorEvent {}

  /**
   * A {@link CoordinatorAction.Trigger} could not be carried out: there is no writer.
   *
   * @param checkpointId the checkpoint
   * @param reason why
   */
  record TriggerFailed(long checkpointId, String reason) implements CoordinatorEvent {}

  /**
   * A {@link CoordinatorAction.Store} is done.
   *
   * @param checkpointId the checkpoint
   */
  record Stored(long checkpointId) implements CoordinatorEvent {}

  /**
   * A {@link CoordinatorAction.Store} failed, and the checkpoint is not complete.
   *
   * @param checkpointId the checkpoint
   * @param reason why
   */
  record StoreFailed(long checkpointId, String reason) implements CoordinatorEvent {}

  /**
   * A {@link CoordinatorAction.Store} ended in an {@link UnsettledCommitException}.
   *
   * @param checkpointId the checkpoint
   * @param reason why
   */
  record StoreUnsettled(long checkpointId, String reason) implements CoordinatorEvent {}

  /**
   * The job's tasks have stopped because one failed.
   *
   * @param reason why
   */
  record TasksFailed(String reason) implements CoordinatorEvent {}

  /** The tasks run again, after a {@link CoordinatorAction.Recover}. */
  record TasksRestarted() implements CoordinatorEvent {}

  /** All sources are at their end; a last checkpoint commits what is left. */
  record SourcesFinished() implements CoordinatorEvent {}

  /**
   * The job is being stopped.
   *
   * @param reason why
   */
  record Stopped(String reason) implements CoordinatorEvent {}
}
