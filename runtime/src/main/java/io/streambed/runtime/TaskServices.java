package io.streambed.runtime;

import io.streambed.checkpoint.SubtaskState;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * What a subtask needs of the master.
 *
 * @param master hears of what the subtask does
 * @param events tells what happens
 * @param snapshots runs the asynchronous parts of snapshots
 * @param cleanup closes streams of cancelled snapshots, which a disk may hold up
 * @param clock gives milliseconds since the epoch, never going back
 * @param nanos a clock that never jumps
 */
record TaskServices(
    Master master,
    JobEvents events,
    Executor snapshots,
    Executor cleanup,
    LongSupplier clock,
    LongSupplier nanos) {

  /** The master as subtasks see it; any thread. */
  interface Master {
    void acknowledged(long checkpointId, String operatorId, int subtask, SubtaskState state);

    void declined(long checkpointId, String operatorId, int subtask, Throwable cause);

    void failed(String operatorId, int subtask, Throwable cause);

    void sourceFinished(String operatorId, int subtask);
  }
}
