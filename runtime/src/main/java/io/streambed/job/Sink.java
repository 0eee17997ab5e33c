package io.streambed.job;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

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
   * Directories in which this sink alone may write, for a job to refuse two sinks that would write
   * over each other, or into its checkpoints.
   *
   * @return the directories; none if the sink writes elsewhere
   */
  default List<Path> directories() {
    return List.of();
  }

  /**
   * Something written and not yet visible.
   *
   * @param checkpointId the checkpoint that makes it visible
   * @param name what the sink knows it by
   * @param length its size in bytes, to notice damage
   */
  record Committable(long checkpointId, String name, long length) {}

  /**
   * What a savepoint kept of things that were not visible when it was taken: {@link
   * SinkWriter#openContent}.
   *
   * <p>Threading: the thread that opens the sink, before {@link Sink#open} returns.
   */
  @FunctionalInterface
  interface SavedContent {
    /** Of a checkpoint, which keeps no content. */
    SavedContent NONE = (committable, to) -> false;

    /**
     * Copies the content of one of the pending things. Cost: reads it from the savepoint.
     *
     * @param committable which one
     * @param to gets the bytes
     * @return false if the savepoint has none of it; nothing was written then
     * @throws IOException if the storage or the stream fails
     * @throws io.streambed.error.CorruptionException if the savepoint is damaged
     */
    boolean copy(Committable committable, OutputStream to) throws IOException;
  }

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
   * @param saved what there is of their content, for a target that has lost it
   */
  record SinkContext(
      String operatorId,
      int subtask,
      String jobId,
      String runId,
      long restoredCheckpointId,
      List<Committable> pending,
      SavedContent saved) {
    /** Freezes the list. */
    public SinkContext {
      pending = List.copyOf(pending);
      Objects.requireNonNull(saved, "saved");
    }

    /**
     * A subtask that begins without saved content.
     *
     * @param operatorId the sink's id
     * @param subtask the subtask's index, from 0
     * @param jobId the same for all runs of the job over the same checkpoints
     * @param runId begins with the job's id; unlike that of any other run
     * @param restoredCheckpointId the checkpoint restored from, or 0
     * @param pending what awaited its commit in that checkpoint
     */
    public SinkContext(
        String operatorId,
        int subtask,
        String jobId,
        String runId,
        long restoredCheckpointId,
        List<Committable> pending) {
      this(operatorId, subtask, jobId, runId, restoredCheckpointId, pending, SavedContent.NONE);
    }
  }
}
