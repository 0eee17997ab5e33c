package io.streambed.runtime;

import io.streambed.checkpoint.SubtaskState;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * What a subtask needs of the master.
 *
 * @param master hears of what the subtask does
 * @param listener hears of what happens
 * @param snapshots runs the asynchronous parts of snapshots
 * @param clock gives milliseconds since the epoch, never going back
 */
record TaskServices(Master master, JobListener listener, Executor snapshots, LongSupplier clock) {

  /** The master as subtasks see it; any thread. */
  interface Master {
    void acknowledged(long checkpointId, String operatorId, int subtask, SubtaskState state);

    void declined(long checkpointId, String operatorId, int subtask, Throwable cause);

    void failed(String operatorId, int subtask, Throwable cause);

    void sourceFinished(String operatorId, int subtask);

    void recordsRead(String operatorId, long more);
  }
}
