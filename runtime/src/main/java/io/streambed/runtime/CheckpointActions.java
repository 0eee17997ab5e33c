package io.streambed.runtime;

import io.streambed.checkpoint.CheckpointMetadata;
import io.streambed.checkpoint.CheckpointWriter;
import io.streambed.checkpoint.CoordinatorAction.Store;
import io.streambed.checkpoint.CoordinatorAction.Trigger;
import io.streambed.checkpoint.CoordinatorEvent;
import io.streambed.checkpoint.CoordinatorEvent.StoreFailed;
import io.streambed.checkpoint.CoordinatorEvent.StoreUnsettled;
import io.streambed.checkpoint.CoordinatorEvent.Stored;
import io.streambed.checkpoint.CoordinatorEvent.TriggerFailed;
import io.streambed.checkpoint.UnsettledCommitException;
import io.streambed.error.FencedException;
import io.streambed.error.StreambedException;
import io.streambed.snapshot.SnapshotOptions;
import io.streambed.snapshot.SnapshotType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Carries out what the coordinator wants of the storage: begins, commits and discards writers.
 *
 * <p>Threading: the master's thread, which never waits for the storage: calls of it run on the
 * storage's thread, discards on that for removals, and answers come back as events.
 */
final class CheckpointActions {
  private final Writers writers;
  private final RunOptions options;
  private final Threads threads;
  private final JobEvents told;
  private final Answers answers;
  private final Consumer<String> stopBegins;
  private final Map<Long, Begun> begun = new HashMap<>();
  private final Map<Long, JobEvent.CheckpointCompleted> stored = new HashMap<>();

  /** Those whose writers are not there yet. */
  private final Set<Long> beginning = new HashSet<>();

  /** The commit under way; null if there is none. */
  private Commit commit;

  private volatile Throwable claimFailure;

  private record Begun(CheckpointWriter writer, ReusingStreams streams) {}

  private record Commit(long checkpointId, long sinceMillis) {}

  /**
   * Who does what the master does not wait for.
   *
   * @param storage begins and commits, one after the other
   * @param removals discards
   */
  record Threads(Executor storage, Executor removals) {}

  /** Begins what is written; any thread. */
  interface Writers {
    /** See {@link io.streambed.checkpoint.ClaimedCheckpoints#begin}. */
    CheckpointWriter begin(long checkpointId, SnapshotType type);
  }

  /** Takes answers; each call runs its task on the master's thread, soon. */
  interface Answers {
    /** Runs something on the master's thread. */
    void run(Runnable task);

    /** Tells the coordinator of something, soon. */
    void tell(CoordinatorEvent event);

    /** A checkpoint has failed for this reason; any thread. */
    void failed(Throwable cause);
  }

  /** Of a job; stopBegins hears where a savepoint that ends the job is, before its barrier goes. */
  CheckpointActions(
      Writers writers,
      RunOptions options,
      Threads threads,
      JobEvents told,
      Answers answers,
      Consumer<String> stopBegins) {
    this.writers = writers;
    this.options = options;
    this.threads = threads;
    this.told = told;
    this.answers = answers;
    this.stopBegins = stopBegins;
  }

  /**
   * Begins a writer.
   *
   * @param trigger which checkpoint
   * @param then takes the barrier that leads to it; not called if there is no writer, or the
   *     checkpoint was discarded meanwhile
   */
  void begin(Trigger trigger, Consumer<Barrier> then) {
    long id = trigger.checkpointId();
    beginning.add(id);
    threads.storage.execute(
        () -> {
          try {
            CheckpointWriter writer = writers.begin(id, trigger.type());
            if (trigger.stops()) {
              stopBegins.accept(writer.location());
            }
            answers.run(() -> began(trigger, writer, then));
          } catch (RuntimeException e) {
            answers.failed(e);
            answers.tell(new TriggerFailed(id, e.toString()));
          }
        });
  }

  private void began(Trigger trigger, CheckpointWriter writer, Consumer<Barrier> then) {
    if (!beginning.remove(trigger.checkpointId())) {
      threads.removals.execute(writer::discard);
      return;
    }
    ReusingStreams streams = new ReusingStreams(writer);
    begun.put(trigger.checkpointId(), new Begun(writer, streams));
    SnapshotOptions how =
        trigger.type() == SnapshotType.SAVEPOINT
            ? SnapshotOptions.savepoint(options.compression())
            : new SnapshotOptions(trigger.type(), options.compression(), options.incremental());
    Barrier.AtSources atSources = Barrier.AtSources.GO_ON;
    if (trigger.stops()) {
      atSources = trigger.drain() ? Barrier.AtSources.DRAIN_AND_STOP : Barrier.AtSources.STOP;
    }
    then.accept(new Barrier(trigger.checkpointId(), streams, how, atSources));
  }

  /**
   * Stores what was acknowledged.
   *
   * @param store which checkpoint
   * @param nowMillis the time of intervals and durations
   * @param timestampMillis the time of day; no subtask has seen a later one at its barrier
   */
  void store(Store store, long nowMillis, long timestampMillis) {
    Begun given = begun.get(store.checkpointId());
    ReusingStreams.Size size = given.streams.sizeOf(store.operators());
    stored.put(
        store.checkpointId(),
        new JobEvent.CheckpointCompleted(
            store.checkpointId(),
            given.writer.location(),
            size.bytes(),
            size.writtenBytes(),
            nowMillis - store.triggeredMillis()));
    commit = new Commit(store.checkpointId(), nowMillis);
    threads.storage.execute(
        () -> {
          CoordinatorEvent answer = commit(given, store, timestampMillis);
          answers.run(() -> committed(store.checkpointId(), answer));
        });
  }

  private void committed(long checkpointId, CoordinatorEvent answer) {
    if (commit != null && commit.checkpointId == checkpointId) {
      commit = null;
    }
    answers.tell(answer);
  }

  private CoordinatorEvent commit(Begun given, Store store, long timestampMillis) {
    long id = store.checkpointId();
    try {
      told.tell(new JobEvent.CheckpointStoring(id));
      CheckpointMetadata written =
          given.writer.commit(timestampMillis, store.operators(), store.retain());
      return new Stored(written.checkpointId());
    } catch (UnsettledCommitException | FencedException e) {
      return unsettled(id, e);
    } catch (StreambedException e) {
      answers.failed(e);
      return new StoreFailed(id, e.toString());
    } catch (RuntimeException | Error e) {
      // A bug, which may show behind the commit as well as before it.
      return unsettled(id, e);
    }
  }

  private CoordinatorEvent unsettled(long checkpointId, Throwable cause) {
    answers.failed(cause);
    claimFailure = cause;
    return new StoreUnsettled(checkpointId, cause.toString());
  }

  /**
   * Gives a commit up that has not come back in time: nobody knows whether it is complete.
   *
   * @param nowMillis the time
   * @param place where the storage's thread is
   */
  void checkCommit(long nowMillis, Supplier<StuckThreadException> place) {
    long timeoutMillis = options.checkpoints().timeoutMillis();
    if (commit == null || nowMillis - commit.sinceMillis < timeoutMillis) {
      return;
    }
    long id = commit.checkpointId;
    commit = null;
    StuckThreadException stuck = place.get();
    answers.failed(stuck);
    claimFailure = stuck;
    answers.tell(
        new StoreUnsettled(
            id,
            "the commit of checkpoint "
                + id
                + " does not come back, so that nobody knows whether it is complete: "
                + stuck.getMessage()
                + ". Once the storage answers again, start the job with restore latest."));
  }

  /** Whether the writer of a checkpoint is not there yet. */
  boolean isBeginning(long checkpointId) {
    return beginning.contains(checkpointId);
  }

  /** Why the claim is of no use any more; null if it is. Any thread. */
  Throwable claimFailure() {
    return claimFailure;
  }

  /** What to tell of a checkpoint or savepoint that is complete; its writer is forgotten. */
  JobEvent.CheckpointCompleted completed(long checkpointId) {
    begun.remove(checkpointId);
    return stored.remove(checkpointId);
  }

  void discard(long checkpointId) {
    beginning.remove(checkpointId);
    stored.remove(checkpointId);
    Begun given = begun.remove(checkpointId);
    if (given != null) {
      threads.removals.execute(given.writer::discard);
    }
  }
}
