package io.streambed.runtime;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/**
 * A running job.
 *
 * <p>Threading: any thread.
 */
public final class JobHandle {
  private final JobMaster master;
  private final Future<JobRunner.JobResult> result;

  JobHandle(JobMaster master, Future<JobRunner.JobResult> result) {
    this.master = master;
    this.result = result;
  }

  /**
   * Asks for a savepoint.
   *
   * @return its location, once it is complete; fails with a {@link
   *     io.streambed.error.CheckpointDeclinedException} if there will be none. It is completed on a
   *     thread of its own, on which what depends on it may wait or fail
   * @throws IllegalStateException if the job's storage has no place for savepoints; give it one by
   *     {@link io.streambed.checkpoint.FileStorageOptions#withSavepointRoot}
   */
  public CompletableFuture<String> savepoint() {
    return master.requestSavepoint();
  }

  /**
   * Stops the job; its complete checkpoints stay. Returns at once. {@link #await()} then fails, not
   * much later than {@link RunOptions#withStopTimeoutMillis} says, whatever the job's threads do.
   */
  public void cancel() {
    master.requestStop("it was cancelled");
  }

  /**
   * Waits until the job has ended.
   *
   * @return what it has done
   * @throws JobFailedException if it failed, was cancelled, or the waiting thread was interrupted,
   *     which stops the job; it names the threads that did not end and were left behind, each a
   *     {@link StuckThreadException} among the suppressed ones
   * @throws io.streambed.error.StreambedException if it could not be started
   */
  public JobRunner.JobResult await() {
    while (true) {
      try {
        return result.get();
      } catch (InterruptedException e) {
        master.requestStop("the waiting thread was interrupted");
        awaitStop();
        Thread.currentThread().interrupt();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof RuntimeException failure) {
          throw failure;
        }
        throw new JobFailedException("the job failed: " + e.getCause(), e.getCause());
      }
    }
  }

  /** Waits for the end of a job told to stop, however often interrupted. */
  private void awaitStop() {
    while (!result.isDone()) {
      try {
        result.get();
      } catch (InterruptedException e) {
        Thread.interrupted();
      } catch (ExecutionException e) {
        return;
      }
    }
  }
}
