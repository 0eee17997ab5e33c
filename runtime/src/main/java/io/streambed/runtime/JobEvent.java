package io.streambed.runtime;

import io.streambed.snapshot.SnapshotType;

/** What happens while a job runs, for progress and tests. */
public sealed interface JobEvent {
  /**
   * State is about to be restored.
   *
   * @param checkpointId the checkpoint
   * @param location where it is
   * @param type checkpoint or savepoint
   */
  record Restoring(long checkpointId, String location, SnapshotType type) implements JobEvent {}

  /**
   * A subtask has read more of the state that it restores. Told of large state only, and at most
   * some ten times.
   *
   * @param operatorId the operator
   * @param subtask its subtask, from 0
   * @param doneBytes how much it has read and verified
   * @param totalBytes how much there is for it
   */
  record RestoreAdvanced(String operatorId, int subtask, long doneBytes, long totalBytes)
      implements JobEvent {}

  /**
   * State was restored with local copies of checkpoints, or could have been. Told for each subtask
   * that wrote state into files, once all of it was read.
   *
   * @param operatorId the operator
   * @param subtask its subtask that wrote the state, from 0
   * @param localBytes the size of its files that were read from local copies
   * @param storageBytes the size of its files that were read from the checkpoint's storage
   * @param reason why the first of the files read from the storage was not read from its copy;
   *     empty if all were read from local copies
   */
  record LocalRestore(
      String operatorId, int subtask, long localBytes, long storageBytes, String reason)
      implements JobEvent {}

  /** All subtasks have their state and are about to run. */
  record Running() implements JobEvent {}

  /**
   * A source subtask has read more.
   *
   * @param operatorId the source
   * @param sourceRecords number of elements read by the source's subtasks since this process
   *     started the job, those read again after a restart included
   * @param records the same of all sources
   */
  record RecordsRead(String operatorId, long sourceRecords, long records) implements JobEvent {}

  /**
   * A checkpoint was triggered.
   *
   * @param checkpointId its id
   */
  record CheckpointTriggered(long checkpointId) implements JobEvent {}

  /**
   * A subtask is about to write its frozen state.
   *
   * @param checkpointId the checkpoint
   * @param operatorId the operator
   * @param subtask its subtask, from 0
   */
  record SubtaskSnapshot(long checkpointId, String operatorId, int subtask) implements JobEvent {}

  /**
   * All subtasks have written; the checkpoint is about to be made complete.
   *
   * @param checkpointId its id
   */
  record CheckpointStoring(long checkpointId) implements JobEvent {}

  /**
   * A checkpoint is complete.
   *
   * @param checkpointId its id
   * @param location where it is
   * @param bytes the size of its state: all that a restore needs, each file once
   * @param writtenBytes how much of it was written for this checkpoint; the rest is in files that
   *     earlier ones wrote
   * @param millis from trigger to completion
   */
  record CheckpointCompleted(
      long checkpointId, String location, long bytes, long writtenBytes, long millis)
      implements JobEvent {}

  /**
   * A checkpoint was given up.
   *
   * @param checkpointId its id
   * @param reason why; of a time-out, with the place where a thread hangs
   */
  record CheckpointAborted(long checkpointId, String reason) implements JobEvent {}

  /**
   * A sink is about to make something visible.
   *
   * @param operatorId the sink
   * @param subtask its subtask, from 0
   * @param name what it is
   */
  record Committing(String operatorId, int subtask, String name) implements JobEvent {}

  /**
   * A restored state that the job does not declare is carried along.
   *
   * @param operatorId the operator
   * @param subtask its subtask, from 0
   * @param state the state's name
   */
  record StateCarried(String operatorId, int subtask, String state) implements JobEvent {}

  /**
   * A task or too many checkpoints failed; the job starts again from its last complete checkpoint.
   *
   * @param attempt which restart this is since the job was started, from 1
   * @param reason why
   */
  record Restarting(int attempt, String reason) implements JobEvent {}

  /**
   * A thread of the job did not end when it was told to, and was left behind.
   *
   * @param thread its name
   * @param reason how long it was waited for, and where it is
   */
  record ThreadLeftBehind(String thread, String reason) implements JobEvent {}

  /**
   * The wall clock was set. Intervals, pauses and time-outs do not notice; processing time goes on
   * as {@link RunOptions#withClock} says.
   *
   * @param millis by how many milliseconds; below 0 if it was set back
   */
  record ClockJumped(long millis) implements JobEvent {}

  /**
   * All input was processed, or the job was ended with a savepoint; what its last checkpoint or the
   * savepoint holds is visible in the sinks.
   */
  record Finished() implements JobEvent {}

  /** The job was cancelled, and has ended. */
  record Cancelled() implements JobEvent {}
}
