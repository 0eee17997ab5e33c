package io.streambed.runtime;

import io.streambed.checkpoint.CheckpointMetadata;
import io.streambed.checkpoint.CheckpointWriter;
import io.streambed.checkpoint.ClaimedCheckpoints;
import io.streambed.checkpoint.CoordinatorAction.Store;
import io.streambed.checkpoint.CoordinatorAction.Trigger;
import io.streambed.checkpoint.CoordinatorEvent;
import io.streambed.checkpoint.CoordinatorEvent.StoreFailed;
import io.streambed.checkpoint.CoordinatorEvent.StoreUnsettled;
import io.streambed.checkpoint.CoordinatorEvent.Stored;
import io.streambed.checkpoint.UnsettledCommitException;
import io.streambed.error.FencedException;
import io.streambed.error.StreambedException;
import io.streambed.snapshot.SnapshotOptions;
import io.streambed.snapshot.SnapshotType;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Carries out what the coordinator wants of the storage: begins, commits and discards writers.
 *
 * <p>Threading: the master's thread; commits run on an executor and answer with an event.
 */
final class CheckpointActions {
  private final ClaimedCheckpoints claim;
  private final RunOptions options;
  private final Executor storing;
  private final Consumer<CoordinatorEvent> answers;
  private final Consumer<Throwable> failures;
  private final Map<Long, Begun> begun = new HashMap<>();
  private final Map<Long, JobEvent.CheckpointCompleted> stored = new HashMap<>();

  private volatile Throwable claimFailure;

  private record Begun(CheckpointWriter writer, ReusingStreams streams) {}

  CheckpointActions(
      ClaimedCheckpoints claim,
      RunOptions options,
      Executor storing,
      Consumer<CoordinatorEvent> answers,
      Consumer<Throwable> failures) {
    this.claim = claim;
    this.options = options;
    this.storing = storing;
    this.answers = answers;
    this.failures = failures;
  }

  /** Begins a writer and gives the barrier that leads to it. */
  Barrier begin(Trigger trigger) {
    CheckpointWriter writer = claim.begin(trigger.checkpointId(), trigger.type());
    ReusingStreams streams = new ReusingStreams(writer);
    begun.put(trigger.checkpointId(), new Begun(writer, streams));
    SnapshotOptions how =
        trigger.type() == SnapshotType.SAVEPOINT
            ? SnapshotOptions.savepoint(options.compression())
            : new SnapshotOptions(trigger.type(), options.compression(), options.reuse());
    return new Barrier(trigger.checkpointId(), trigger.timestampMillis(), streams, how);
  }

  void store(Store store, long nowMillis) {
    CheckpointWriter writer = begun.get(store.checkpointId()).writer;
    ReusingStreams.Size size = begun.get(store.checkpointId()).streams.sizeOf(store.operators());
    stored.put(
        store.checkpointId(),
        new JobEvent.CheckpointCompleted(
            store.checkpointId(),
            writer.location(),
            size.bytes(),
            size.writtenBytes(),
            nowMillis - store.timestampMillis()));
    storing.execute(() -> answers.accept(commit(writer, store)));
  }

  private CoordinatorEvent commit(CheckpointWriter writer, Store store) {
    long id = store.checkpointId();
    try {
      options.listener().on(new JobEvent.CheckpointStoring(id));
      CheckpointMetadata written =
          writer.commit(store.timestampMillis(), store.operators(), store.retain());
      return new Stored(written.checkpointId());
    } catch (UnsettledCommitException | FencedException e) {
      return unsettled(id, e);
    } catch (StreambedException e) {
      failures.accept(e);
      return new StoreFailed(id, e.toString());
    } catch (RuntimeException | Error e) {
      // A bug, which may show behind the commit as well as before it.
      return unsettled(id, e);
    }
  }

  private CoordinatorEvent unsettled(long checkpointId, Throwable cause) {
    failures.accept(cause);
    claimFailure = cause;
    return new StoreUnsettled(checkpointId, cause.toString());
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
    stored.remove(checkpointId);
    Begun given = begun.remove(checkpointId);
    if (given != null) {
      given.writer.discard();
    }
  }
}
