package io.streambed.runtime;

import io.streambed.backend.StateBackend;
import io.streambed.job.Job;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.FutureTask;

/** Runs jobs in this JVM. */
public final class JobRunner {
  private JobRunner() {}

  /**
   * Runs a job to the end of its input: until its last checkpoint is complete and its sinks have
   * committed. If the calling thread is interrupted, the job is stopped and its checkpoints stay.
   *
   * @param job the job
   * @param backend where its state and its checkpoints are kept
   * @param options how to run it
   * @return what was done
   * @throws JobFailedException if it failed more often than the restart policy allows, or was
   *     stopped
   * @throws io.streambed.error.FencedException if another process runs it on the same storage
   * @throws io.streambed.error.StreambedException if it cannot be started: storage, checkpoint, or
   *     what the checkpoint holds does not fit
   */
  public static JobResult run(Job job, StateBackend backend, RunOptions options) {
    return start(job, backend, options).await();
  }

  /**
   * Starts a job and returns at once.
   *
   * @param job the job
   * @param backend where its state and its checkpoints are kept
   * @param options how to run it
   * @return the running job; failures, that it cannot be started among them, come from its {@code
   *     await}
   */
  public static JobHandle start(Job job, StateBackend backend, RunOptions options) {
    JobMaster master = new JobMaster(job, backend, options, System::nanoTime);
    FutureTask<JobResult> result = new FutureTask<>(master::run);
    new Thread(result, job.name() + "/master").start();
    return new JobHandle(master, result);
  }

  /**
   * What a finished job has done.
   *
   * @param restoredId the checkpoint it started from
   * @param lastCheckpointId its last checkpoint
   * @param recordsBySource number of elements that this process read from each source, in the order
   *     of their declaration, those read again after a restart included
   * @param restarts how often it was started again
   */
  public record JobResult(
      Optional<Long> restoredId,
      long lastCheckpointId,
      Map<String, Long> recordsBySource,
      int restarts) {
    /** Freezes the numbers. */
    public JobResult {
      recordsBySource = Collections.unmodifiableMap(new LinkedHashMap<>(recordsBySource));
    }

    /**
     * What all sources gave together.
     *
     * @return number of elements, from 0
     */
    public long recordsRead() {
      return recordsBySource.values().stream().mapToLong(Long::longValue).sum();
    }
  }
}
