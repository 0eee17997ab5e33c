package io.streambed.runtime;

import io.streambed.snapshot.KeyedStateStatistics;
import io.streambed.state.StateQuery;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
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
   * Asks for the state of one key, of the subtask that has it: its thread looks the key up between
   * two batches of elements. The answer is what the state holds at that moment, which a restart of
   * the job may undo.
   *
   * <p>While the job starts, and while it starts again after a failure, the query waits; {@link
   * CompletableFuture#orTimeout} of the future gives it up. At most 128 queries of a subtask wait
   * at a time.
   *
   * @param operatorId the keyed operator, by its id
   * @param query what is asked of a state without namespaces, as the function opens it
   * @param key the key, not to be changed before the answer is there
   * @param <R> the type of the answer
   * @return a copy that is the caller's own; empty if the state holds nothing for the key. It is
   *     completed on a thread of its own, on which what depends on it may wait. It fails with a
   *     {@link io.streambed.error.StateQueryException} whose reason says which of these it was:
   *     there is no such operator or state, the state has other types, the key is null or of
   *     another class, too many queries wait, the job has ended
   */
  public <R> CompletableFuture<Optional<R>> query(
      String operatorId, StateQuery<R> query, Object key) {
    return master.queries().query(operatorId, query, key);
  }

  /**
   * Freezes the keyed state of an operator, each subtask's at a moment of its own, so that it can
   * be looked into any number of times without its threads. The tasks wait for the freeze alone;
   * what an open view costs is said in {@link io.streambed.keyed.KeyedStateView}.
   *
   * @param operatorId the keyed operator, by its id
   * @param longest when it is closed if nobody has closed it: from 1 ms
   * @return the view, to be closed, once all subtasks have frozen; given, and waited for, as the
   *     answers of {@link #query}. It fails with a {@link io.streambed.error.StateQueryException}
   *     if there is no such operator, four views of it are open, or the job has ended
   * @throws IllegalArgumentException if the time is shorter than 1 ms
   */
  public CompletableFuture<OperatorView> view(String operatorId, Duration longest) {
    return master.queries().view(operatorId, longest);
  }

  /**
   * Counts the entries and bytes of all keyed state, timers and states that nobody declares among
   * them. Each subtask freezes at a moment of its own; a thread beside it counts, by a walk over
   * all state. Who asks while a count is under way gets the same one.
   *
   * @return the states by operator, each with its numbers by key group; given, and waited for, as
   *     the answers of {@link #query}. It fails with a {@link
   *     io.streambed.error.StateQueryException} if the job has ended, or with what failed
   */
  public CompletableFuture<SortedMap<String, List<KeyedStateStatistics>>> statistics() {
    return master.queries().statistics();
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
