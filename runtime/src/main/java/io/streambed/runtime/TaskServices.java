package io.streambed.runtime;

import io.streambed.checkpoint.SubtaskState;
import io.streambed.meter.Meters;
import io.streambed.meter.StateTracking;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * What a subtask needs of the master.
 *
 * @param master hears of what the subtask does
 * @param events tells what happens
 * @param snapshots runs the asynchronous parts of snapshots
 * @param background runs what stores do beside their tasks
 * @param cleanup closes streams of cancelled snapshots, which a disk may hold up
 * @param clock gives milliseconds since the epoch, never going back
 * @param nanos a clock that never jumps
 * @param meters where it is told what is measured; they carry the job's name
 * @param tracking which accesses to keyed state are measured
 * @param queries what others ask of keyed state
 */
record TaskServices(
    Master master,
    JobEvents events,
    Executor snapshots,
    Executor background,
    Executor cleanup,
    LongSupplier clock,
    LongSupplier nanos,
    Meters meters,
    StateTracking tracking,
    StateQueries queries) {

  /** The meters of a subtask. */
  Meters metersOf(String operatorId, int subtask) {
    return meters.tagged("operator", operatorId).tagged("subtask", String.valueOf(subtask));
  }

  /** The master as subtasks see it; any thread. */
  interface Master {
    void acknowledged(long checkpointId, String operatorId, int subtask, SubtaskState state);

    void declined(long checkpointId, String operatorId, int subtask, Throwable cause);

    void failed(String operatorId, int subtask, Throwable cause);

    void sourceFinished(String operatorId, int subtask);
  }
}
