package io.streambed.testkit.crash;

import io.streambed.backend.StateBackend;
import io.streambed.checkpoint.CheckpointCoordinator;
import io.streambed.checkpoint.CheckpointCoordinator.History;
import io.streambed.checkpoint.CheckpointWriter;
import io.streambed.checkpoint.ClaimedCheckpoints;
import io.streambed.checkpoint.CoordinatorAction;
import io.streambed.checkpoint.CoordinatorEvent;
import io.streambed.checkpoint.CoordinatorOptions;
import io.streambed.checkpoint.FileStorageOptions;
import io.streambed.checkpoint.OpenedCheckpoint;
import io.streambed.checkpoint.UnsettledCommitException;
import io.streambed.error.StreambedException;
import io.streambed.file.Compression;
import io.streambed.file.FileSystem;
import io.streambed.snapshot.SnapshotOptions;
import io.streambed.snapshot.SnapshotType;
import io.streambed.testkit.damage.BackendUnderTest;
import io.streambed.testkit.damage.SampleJob;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;

/**
 * One attempt of a job with all that takes its checkpoints, on one thread: claim, restored
 * backends, coordinator, snapshots, storage. Some streams become files, others stay inline.
 */
final class Line implements AutoCloseable {
  static final Path ROOT = Path.of("/checkpoints/job");
  static final Path SAVEPOINTS = Path.of("/savepoints");
  static final int RETAINED = 2;

  private static final String NAME = "sample";
  private static final int THRESHOLD_BYTES = 900;
  private static final CoordinatorOptions OPTIONS =
      CoordinatorOptions.DEFAULT
          .withIntervalMillis(1_000)
          .withRetained(RETAINED)
          .withTolerableFailures(5);

  /** What a test sees and does while a checkpoint is taken. */
  interface Observer {
    /** The moment of the snapshot; what it does to the job afterwards is not part of it. */
    default void frozen(long id) {}

    /** Whether a subtask declines; asked before each writes. */
    default boolean declines(int parts) {
      return false;
    }
  }

  final ClaimedCheckpoints claim;
  final SampleJob job;
  final long restoredId;
  private final CheckpointCoordinator coordinator;
  private final Map<Long, CheckpointWriter> writers = new HashMap<>();
  private final Deque<CoordinatorEvent> events = new ArrayDeque<>();
  private final Compression compression;
  private long nowMillis;
  private long lastId;
  private OptionalLong ended = OptionalLong.empty();
  private String savepoint;
  private String jobFailure;

  /** Claims the directory and restores the latest checkpoint, if there is one. */
  Line(BackendUnderTest backend, FileSystem files, long seed, int parallelism) {
    StateBackend state = stateBackend(backend, files, seed);
    this.compression = seed % 2 == 0 ? Compression.DEFLATE : Compression.NONE;
    this.claim = state.checkpoints().claim(NAME);
    try {
      Optional<OpenedCheckpoint> latest = claim.latest();
      this.restoredId = latest.map(opened -> opened.metadata().checkpointId()).orElse(0L);
      this.job = new SampleJob(state, latest, parallelism);
      this.coordinator =
          new CheckpointCoordinator(
              OPTIONS, job.shapes(), new History(claim.completed(), restoredId), nowMillis);
    } catch (RuntimeException e) {
      claim.close();
      throw e;
    }
  }

  static StateBackend stateBackend(BackendUnderTest backend, FileSystem files, long seed) {
    Random random = new Random(seed);
    FileStorageOptions options =
        FileStorageOptions.in(ROOT)
            .withSavepointRoot(SAVEPOINTS)
            .withSmallFileThresholdBytes(THRESHOLD_BYTES)
            .withWriteBufferBytes(1 << 10);
    return backend.over(files, options, () -> new UUID(random.nextLong(), random.nextLong()));
  }

  /** Takes a checkpoint to its end; its id if it is complete. */
  OptionalLong checkpoint(Observer observer) {
    nowMillis += 1_000;
    return run(new CoordinatorEvent.Tick(), observer);
  }

  /** Takes a savepoint to its end; where it is if it is complete. */
  Optional<String> savepoint(Observer observer) {
    savepoint = null;
    run(new CoordinatorEvent.SavepointRequested(lastId + 1), observer);
    return Optional.ofNullable(savepoint);
  }

  /** Why the coordinator gave the job up, or null. */
  String jobFailure() {
    return jobFailure;
  }

  private OptionalLong run(CoordinatorEvent first, Observer observer) {
    ended = OptionalLong.empty();
    events.add(first);
    while (!events.isEmpty()) {
      for (CoordinatorAction action : coordinator.handle(events.remove(), nowMillis)) {
        perform(action, observer);
      }
    }
    return ended;
  }

  private void perform(CoordinatorAction action, Observer observer) {
    if (action instanceof CoordinatorAction.Trigger trigger) {
      trigger(trigger, observer);
    } else if (action instanceof CoordinatorAction.Store store) {
      events.add(store(store));
    } else if (action instanceof CoordinatorAction.NotifyComplete complete) {
      ended = OptionalLong.of(complete.checkpointId());
    } else if (action instanceof CoordinatorAction.Discard discard) {
      if (writers.containsKey(discard.checkpointId())) {
        writers.get(discard.checkpointId()).discard();
      }
    } else if (action instanceof CoordinatorAction.SavepointTaken taken) {
      savepoint = writers.get(taken.checkpointId()).location();
    } else if (action instanceof CoordinatorAction.FailJob failure) {
      jobFailure = failure.reason();
    }
  }

  private void trigger(CoordinatorAction.Trigger trigger, Observer observer) {
    long id = trigger.checkpointId();
    lastId = id;
    CheckpointWriter writer;
    try {
      writer = claim.begin(id, trigger.type());
    } catch (StreambedException e) {
      decline(id, SampleJob.SOURCE, 0, e);
      return;
    }
    writers.put(id, writer);
    SnapshotOptions options =
        trigger.type() == SnapshotType.SAVEPOINT
            ? SnapshotOptions.savepoint(compression)
            : SnapshotOptions.checkpoint(compression);
    List<SampleJob.Part> parts = job.freeze(id, writer, options);
    observer.frozen(id);
    int written = 0;
    for (SampleJob.Part part : parts) {
      if (observer.declines(written++)) {
        part.snapshot().cancel(true);
        decline(id, part.operatorId(), part.subtask(), new IllegalStateException("as planned"));
      } else {
        write(id, part);
      }
    }
  }

  private void write(long id, SampleJob.Part part) {
    try {
      events.add(
          new CoordinatorEvent.TaskAcknowledged(
              id, part.operatorId(), part.subtask(), part.write()));
    } catch (IOException | StreambedException e) {
      decline(id, part.operatorId(), part.subtask(), e);
    }
  }

  private void decline(long id, String operatorId, int subtask, Exception reason) {
    events.add(new CoordinatorEvent.TaskDeclined(id, operatorId, subtask, reason.toString()));
  }

  private CoordinatorEvent store(CoordinatorAction.Store store) {
    long id = store.checkpointId();
    try {
      writers.get(id).commit(store.triggeredMillis(), store.operators(), store.retain());
      return new CoordinatorEvent.Stored(id);
    } catch (UnsettledCommitException e) {
      return new CoordinatorEvent.StoreUnsettled(id, e.toString());
    } catch (StreambedException e) {
      return new CoordinatorEvent.StoreFailed(id, e.toString());
    }
  }

  @Override
  public void close() {
    job.close();
    claim.close();
  }
}
