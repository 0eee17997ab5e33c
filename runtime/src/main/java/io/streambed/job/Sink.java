package io.streambed.job;

import java.io.IOException;
import java.util.List;

/**
 * Takes results out of the job, exactly once: what was written before a checkpoint becomes visible
 * when that checkpoint is complete, never before, and once only however often the job is restored.
 *
 * <p>Implementations keep what awaits its commit in {@link Committable}s, which the runtime keeps
 * in the checkpoint.
 *
 * @param <T> the type of the results
 */
public interface Sink<T> {
  /**
   * Begins on one subtask.
   *
   * @param context which subtask, of which run, restored from where
   * @return the writer of the subtask
   * @throws IOException if the target cannot be written
   */
  SinkWriter<T> open(SinkContext context) throws IOException;

  /**
   * Something written and not yet visible.
   *
   * @param checkpointId the checkpoint that makes it visible
   * @param name what the sink knows it by
   * @param length its size in bytes, to notice damage
   */
  record Committable(long checkpointId, String name, long length) {}

  /**
   * A subtask of a sink.
   *
   * @param operatorId the sink's id
   * @param subtask the subtask's index, from 0
   * @param jobId the same for all runs of the job over the same checkpoints, unlike that of others
   * @param runId begins with the job's id; unlike that of any other run
   * @param restoredCheckpointId the checkpoint restored from, or 0
   * @param pending what awaited its commit in that checkpoint, of all subtasks: the checkpoint
   *     being complete, it is to be committed now, where that has not been done. Every subtask gets
   *     them all
   */
  record SinkContext(
      String operatorId,
      int subtask,
      String jobId,
      String runId,
      long restoredCheckpointId,
      List<Committable> pending) {
    /** Freezes the list. */
    public SinkContext {
      pending = List.copyOf(pending);
    }
  }
}
