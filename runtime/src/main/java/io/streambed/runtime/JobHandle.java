package io.streambed.runtime;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * A running job.
 *
 * <p>Threading: any thread.
 */
public final class JobHandle {
  private final JobMaster master;
  private final CompletableFuture<JobResult> result;

  JobHandle(JobMaster master, CompletableFuture<JobResult> result) {
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
   * Ends the job with a savepoint, from which it can go on later, elsewhere or at another
   * parallelism. Sources stop reading, and what the savepoint holds becomes visible in the sinks.
   * {@link #await()} then returns as it does at the end of the input. If there is no savepoint, the
   * job goes on.
   *
   * <p>Start it again from the savepoint, not from its latest checkpoint, which is older.
   *
   * @return its location, as {@link #savepoint()} gives it, once what it holds is visible; the job
   *     ends soon after. If that cannot be made visible it fails, and {@link #await()} tells where
   *     the savepoint is
   * @throws IllegalStateException if the job's storage has no place for savepoints
   */
  public CompletableFuture<String> stopWithSavepoint() {
    return master.requestStop(false);
  }

  /**
   * Ends the job with a savepoint as {@link #stopWithSavepoint()} does, and for good: event time
   * goes to its end before, so that all event-time timers fire and give their results. What is
   * restored from such a savepoint has no open windows. If there is no savepoint, the job starts
   * again from its last checkpoint.
   *
   * @return the savepoint's location, as of {@link #stopWithSavepoint()}; the job ends soon after
   * @throws IllegalStateException if the job's storage has no place for savepoints
   */
  public CompletableFuture<String> drainWithSavepoint() {
    return master.requestStop(true);
  }

  /**
   * Stops the job; its complete checkpoints stay. Returns at once. {@link #await()} then ends, not
   * much later than {@link RunOptions#withStopTimeoutMillis} says, whatever the job's threads do.
   * It fails only if a thread had to be left behind, if the job failed at the same time, or if its
   * last results were being made visible and are not yet: the message tells how that is done.
   */
  public void cancel() {
    master.cancel();
  }

  /**
   * Whether the job has ended, be it by a failure.
   *
   * @return true if {@link #await()} does not wait any more
   */
  public boolean isDone() {
    return result.isDone();
  }

  /**
   * The job's result, for code that does not wait.
   *
   * @return completed when the job has ended, with what {@link #await()} returns or throws, on a
   *     thread of its own, on which what depends on it may wait or fail. A new one with each call:
   *     to complete or cancel it does nothing to the job
   */
  public CompletableFuture<JobResult> result() {
    CompletableFuture<JobResult> answer = new CompletableFuture<>();
    result.whenComplete(
        (ended, failure) ->
            Workers.daemon(
                    master.jobName() + "/result",
                    () -> {
                      if (failure == null) {
                        answer.complete(ended);
                      } else {
                        answer.completeExceptionally(failure);
                      }
                    })
                .start());
    return answer;
  }

  /**
   * How many elements all sources have read so far in this process, those read again after a
   * restart included.
   *
   * @return from 0, never less than before
   */
  public long recordsRead() {
    return master.recordsRead();
  }

  /**
   * Waits until the job has ended.
   *
   * @return what it has done, and how it ended
   * @throws JobFailedException if it failed, or the waiting thread was interrupted, which stops the
   *     job; it names the threads that did not end and were left behind, each a {@link
   *     StuckThreadException} among the suppressed ones
   * @throws io.streambed.error.StreambedException if it could not be started
   */
  public JobResult await() {
    while (true) {
      try {
        return result.get();
      } catch (InterruptedException e) {
        master.interrupted();
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
