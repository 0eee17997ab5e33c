package io.streambed.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.checkpoint.CheckpointLease;
import io.streambed.checkpoint.CheckpointMetadata;
import io.streambed.checkpoint.CheckpointWriter;
import io.streambed.checkpoint.ClaimedCheckpoints;
import io.streambed.checkpoint.CoordinatorAction.Store;
import io.streambed.checkpoint.CoordinatorAction.Trigger;
import io.streambed.checkpoint.CoordinatorEvent;
import io.streambed.checkpoint.JobIdentity;
import io.streambed.checkpoint.OpenedCheckpoint;
import io.streambed.checkpoint.OperatorSnapshot;
import io.streambed.checkpoint.SubtaskState;
import io.streambed.error.FencedException;
import io.streambed.error.StorageException;
import io.streambed.file.Compression;
import io.streambed.key.KeyGroupRange;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.SharedFiles;
import io.streambed.snapshot.SnapshotOptions;
import io.streambed.snapshot.SnapshotOutput;
import io.streambed.snapshot.SnapshotType;
import io.streambed.snapshot.StreamHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CheckpointActionsTest {
  private static final StreamHandle.Shared OLD = shared(1, 1_000);
  private static final StreamHandle.Shared NEW = shared(2, 30);
  private static final StreamHandle.Shared ABORTED = shared(3, 5);
  private static final StreamHandle MANIFEST =
      new StreamHandle.InFile(new UUID(4, 4), 4, "manifest", 200);

  private final List<CoordinatorEvent> answers = new ArrayList<>();
  private final List<Throwable> failures = new ArrayList<>();

  private static StreamHandle.Shared shared(long id, long length) {
    return new StreamHandle.Shared(new UUID(id, id), (int) id, length);
  }

  private CheckpointActions actions(boolean sharing, RunOptions options) {
    return new CheckpointActions(
        new Claim(sharing)::begin,
        options,
        new CheckpointActions.Threads(Runnable::run, Runnable::run),
        new JobEvents("job", options.probe(), JobListener.NONE),
        new Heard(),
        location -> {});
  }

  private Barrier begin(CheckpointActions actions, SnapshotType type) {
    List<Barrier> begun = new ArrayList<>();
    actions.begin(trigger(type), begun::add);
    return begun.get(0);
  }

  private final class Heard implements CheckpointActions.Answers {
    @Override
    public void run(Runnable task) {
      task.run();
    }

    @Override
    public void tell(CoordinatorEvent event) {
      answers.add(event);
    }

    @Override
    public void failed(Throwable cause) {
      failures.add(cause);
    }
  }

  private static Trigger trigger(SnapshotType type) {
    return new Trigger(7, type, 100, false);
  }

  private static SubtaskState subtask(int group, StreamHandle.Shared... files) {
    return new SubtaskState(
        List.of(
            new KeyedStateHandle.Incremental(
                new KeyGroupRange(group, group),
                "files",
                group == 0 ? MANIFEST : new StreamHandle.Inline(new UUID(5, 5), 0, new byte[9]),
                List.of(files))),
        List.of());
  }

  @Test
  void begin_checkpoint_reusesUnlessTheOptionsForbidIt() {
    RunOptions options = RunOptions.defaults().withCompression(Compression.DEFLATE);
    assertThat(begin(actions(true, options), SnapshotType.CHECKPOINT).options())
        .isEqualTo(SnapshotOptions.checkpoint(Compression.DEFLATE));
    RunOptions full = options.withIncremental(false);
    assertThat(begin(actions(true, full), SnapshotType.CHECKPOINT).options())
        .isEqualTo(new SnapshotOptions(SnapshotType.CHECKPOINT, Compression.DEFLATE, false));
  }

  @Test
  void begin_savepoint_neverReuses() {
    Barrier barrier = begin(actions(true, RunOptions.defaults()), SnapshotType.SAVEPOINT);
    assertThat(barrier.options()).isEqualTo(SnapshotOptions.savepoint(Compression.NONE));
  }

  @Test
  void begin_storageWithoutSharedFiles_offersNone() {
    Barrier barrier = begin(actions(false, RunOptions.defaults()), SnapshotType.CHECKPOINT);
    assertThat(barrier.streams().shared()).isNull();
  }

  @Test
  void completed_withReusedFiles_tellsWhatWasWrittenAndCountsEachFileOnce() {
    CheckpointActions actions = actions(true, RunOptions.defaults());
    SharedFiles files = begin(actions, SnapshotType.CHECKPOINT).streams().shared();
    assertThat(files.reuse(OLD)).isTrue();
    assertThat(files.reuse(ABORTED)).isFalse();
    // After a rescale two subtasks refer to the same file.
    List<SubtaskState> subtasks = List.of(subtask(0, OLD, NEW), subtask(1, OLD, ABORTED));
    actions.store(
        new Store(
            7,
            SnapshotType.CHECKPOINT,
            100,
            List.of(new OperatorSnapshot("totals", 2, 2, subtasks)),
            Set.of()),
        150,
        99);
    assertThat(answers).containsExactly(new CoordinatorEvent.Stored(7));
    assertThat(actions.completed(7))
        .isEqualTo(
            new JobEvent.CheckpointCompleted(
                7, "here", 1_000 + 30 + 5 + 200 + 9, 30 + 5 + 200 + 9, 50));
  }

  /** Whether it is complete is not known then: it may have failed behind the commit. */
  @Test
  void store_unexpectedFailure_isUnsettledAndOthersAreNot() {
    RuntimeException bug = new IllegalStateException("a bug");
    RuntimeException full = new StorageException("the disk is full");
    RuntimeException taken = new FencedException("taken over");
    List<Class<? extends CoordinatorEvent>> expected =
        List.of(
            CoordinatorEvent.StoreUnsettled.class,
            CoordinatorEvent.StoreFailed.class,
            CoordinatorEvent.StoreUnsettled.class);
    for (RuntimeException failure : List.of(bug, full, taken)) {
      RunOptions options =
          RunOptions.defaults()
              .withProbe(
                  event -> {
                    if (event instanceof JobEvent.CheckpointStoring) {
                      throw failure;
                    }
                  });
      CheckpointActions actions = actions(true, options);
      begin(actions, SnapshotType.CHECKPOINT);
      actions.store(new Store(7, SnapshotType.CHECKPOINT, 100, List.of(), Set.of()), 150, 99);
      assertThat(actions.claimFailure()).isEqualTo(failure == full ? null : failure);
    }
    assertThat(answers).extracting(Object::getClass).isEqualTo(expected);
    assertThat(failures).containsExactly(bug, full, taken);
  }

  /** Lets checkpoints refer to {@link #OLD} alone. */
  private record Claim(boolean sharing) implements ClaimedCheckpoints {
    @Override
    public JobIdentity job() {
      return new JobIdentity("job", new UUID(6, 6));
    }

    @Override
    public long attempt() {
      return 1;
    }

    @Override
    public List<Long> completed() {
      return List.of();
    }

    @Override
    public Optional<OpenedCheckpoint> latest() {
      return Optional.empty();
    }

    @Override
    public Optional<CheckpointLease> lease(long checkpointId) {
      return Optional.empty();
    }

    @Override
    public CheckpointWriter begin(long checkpointId, SnapshotType type) {
      return new Writer(checkpointId, sharing);
    }

    @Override
    public void close() {}
  }

  private record Writer(long checkpointId, boolean sharing)
      implements CheckpointWriter, SharedFiles {
    @Override
    public String location() {
      return "here";
    }

    @Override
    public SnapshotOutput create(String purpose) {
      throw new IllegalStateException("nothing is written here");
    }

    @Override
    public SharedFiles shared() {
      return sharing ? this : null;
    }

    @Override
    public boolean reuse(StreamHandle.Shared file) {
      return file.equals(OLD);
    }

    @Override
    public CheckpointMetadata commit(
        long timestampMillis, List<OperatorSnapshot> operators, Set<Long> retain) {
      return new CheckpointMetadata(
          new JobIdentity("job", new UUID(6, 6)),
          checkpointId,
          timestampMillis,
          SnapshotType.CHECKPOINT,
          1,
          operators);
    }

    @Override
    public void discard() {}
  }
}
