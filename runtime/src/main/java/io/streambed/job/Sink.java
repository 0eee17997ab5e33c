package io.streambed.job;

import io.streambed.serial.Serializer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * Takes results out of the job. A sink that commits in two phases does it exactly once: what was
 * written before a checkpoint becomes visible when that checkpoint is complete, never before, and
 * once only however often the job is restored. What awaits its commit is a <b>committable</b>: the
 * name of a file, the id of a transaction. The runtime keeps committables in the checkpoint.
 *
 * <p><b>Savepoints stand alone.</b> A checkpoint refers to what the sink prepared; a savepoint has
 * its content as well, from {@link SinkWriter#content}. Whoever restores it may have neither the
 * job's checkpoints nor its output any more. {@link #open} therefore looks for each of the pending
 * committables in the target, and for what is not there in {@link SinkContext#saved}.
 *
 * <p>Threading: shared by all subtasks; what it opens belongs to one.
 *
 * @param <T> the type of the results
 * @param <C> the type of the committables
 */
public interface Sink<T, C> {
  /**
   * Begins on one subtask.
   *
   * @param context which subtask, of which run, restored from where
   * @return the writer of the subtask
   * @throws Exception if the target cannot be written
   */
  SinkWriter<T, C> open(SinkContext<C> context) throws Exception;

  /**
   * How committables are stored in checkpoints.
   *
   * @return a serializer; the type of the committables may change over time as its {@link
   *     Serializer#resolve} allows
   */
  Serializer<C> committableSerializer();

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
   * What a savepoint kept of things that were not visible when it was taken: {@link
   * SinkWriter#content}.
   *
   * <p>Threading: the thread that opens the sink, before {@link Sink#open} returns.
   */
  @FunctionalInterface
  interface SavedContent {
    /** Of a checkpoint, which keeps no content. */
    SavedContent NONE = (name, to) -> false;

    /**
     * Copies the content of one of the pending things. Cost: reads it from the savepoint.
     *
     * @param name its name, as {@link SinkWriter#content} gave it
     * @param to gets the bytes
     * @return false if the savepoint has none of that name; nothing was written then
     * @throws IOException if the storage or the stream fails
     * @throws io.streambed.error.CorruptionException if the savepoint is damaged
     */
    boolean copy(String name, OutputStream to) throws IOException;
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
   * @param <C> the type of the committables
   */
  record SinkContext<C>(
      String operatorId,
      int subtask,
      String jobId,
      String runId,
      long restoredCheckpointId,
      List<C> pending,
      SavedContent saved) {
    /** Freezes the list. */
    public SinkContext {
      pending = List.copyOf(pending);
      Objects.requireNonNull(saved, "saved");
    }
  }
}
