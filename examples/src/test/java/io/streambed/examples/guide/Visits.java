package io.streambed.examples.guide;

import io.streambed.backend.KeyedBackendOptions;
import io.streambed.backend.KeyedBackendOptions.Restored;
import io.streambed.backend.StateBackend;
import io.streambed.checkpoint.CheckpointWriter;
import io.streambed.checkpoint.ClaimedCheckpoints;
import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.checkpoint.FileStorageOptions;
import io.streambed.checkpoint.OpenedCheckpoint;
import io.streambed.checkpoint.OperatorSnapshot;
import io.streambed.checkpoint.RescalePlanner;
import io.streambed.checkpoint.SubtaskAssignment;
import io.streambed.checkpoint.SubtaskState;
import io.streambed.file.Compression;
import io.streambed.file.LocalFileSystem;
import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.key.KeyGroups;
import io.streambed.keyed.KeyedStateBackend;
import io.streambed.serial.Serializers;
import io.streambed.serial.VoidNamespace;
import io.streambed.snapshot.RestoreProgress;
import io.streambed.snapshot.SnapshotOptions;
import io.streambed.snapshot.SnapshotType;
import io.streambed.state.ValueState;
import io.streambed.state.ValueStateDescriptor;
import io.streambed.store.TaskInfo;
import io.streambed.timer.KeyedTimer;
import io.streambed.timer.TimerService;
import io.streambed.timer.TimerTarget;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/** Counts visits; a timer gives a user's count out once the watermark passes the hour's end. */
public final class Visits implements TimerTarget<String, VoidNamespace>, AutoCloseable {
  private static final String OPERATOR = "visits";
  private static final int KEY_GROUPS = 128; // fixed for the life of the state
  private static final long HOUR_MILLIS = 3_600_000;
  private static final ValueStateDescriptor<Long> COUNT =
      new ValueStateDescriptor<>("count", Serializers.longs(), 0L);

  private final KeyedStateBackend<String> state;
  private final ValueState<Long> count;
  private final TimerService<String, VoidNamespace> timers;
  private final Consumer<String> results;

  /** One subtask of several; it and all that it has are used by one thread at a time. */
  private Visits(
      StateBackend backend, SubtaskAssignment share, Restored restored, Consumer<String> results) {
    this.results = results;
    state =
        backend.createKeyedStateBackend(
            new KeyedBackendOptions<>(
                new TaskInfo("embedded", OPERATOR, share.subtask()),
                Serializers.strings(),
                KEY_GROUPS,
                share.range(),
                List.of(COUNT),
                restored));
    count = state.getState(COUNT);
    timers = new TimerService<>("timers", state, Serializers.unit(), this);
  }

  /** All subtasks: empty, or with the state of a checkpoint of any parallelism. */
  static List<Visits> open(
      StateBackend backend, int parallelism, OpenedCheckpoint from, Consumer<String> results) {
    OperatorSnapshot written =
        from == null
            ? new OperatorSnapshot(OPERATOR, 1, KEY_GROUPS, List.of(SubtaskState.EMPTY))
            : from.metadata().operators().get(0);
    List<Visits> subtasks = new ArrayList<>();
    for (SubtaskAssignment share : RescalePlanner.plan(written, parallelism, KEY_GROUPS)) {
      Restored restored =
          from == null
              ? Restored.NOTHING
              : new Restored(share.keyed(), from.inputs(), RestoreProgress.NONE);
      subtasks.add(new Visits(backend, share, restored, results));
    }
    return subtasks;
  }

  static void visit(List<Visits> subtasks, String user, long timestampMillis) {
    int keyGroup = KeyGroups.assign(Serializers.strings().keyHasher().hash(user), KEY_GROUPS);
    int owner = KeyGroups.subtaskOf(keyGroup, KEY_GROUPS, subtasks.size());
    subtasks.get(owner).visit(user, timestampMillis);
  }

  private void visit(String user, long timestampMillis) {
    state.setCurrentKey(user);
    count.update(count.value() + 1);
    long endOfHour = (timestampMillis / HOUR_MILLIS + 1) * HOUR_MILLIS - 1;
    timers.registerEventTimeTimer(VoidNamespace.INSTANCE, endOfHour);
  }

  @Override
  public void onEventTime(KeyedTimer<String, VoidNamespace> timer) {
    results.accept(timer.key() + " " + count.value()); // the timer's key is current
    count.clear();
  }

  @Override
  public void onProcessingTime(KeyedTimer<String, VoidNamespace> timer) {
    throw new IllegalStateException("none is registered");
  }

  /** Completes a checkpoint, or leaves the earlier ones as they were. */
  static void checkpoint(ClaimedCheckpoints checkpoints, List<Visits> subtasks, long id)
      throws Exception {
    CheckpointWriter writer = checkpoints.begin(id, SnapshotType.CHECKPOINT);
    try {
      List<SubtaskState> states = new ArrayList<>();
      for (Visits subtask : subtasks) {
        var options = SnapshotOptions.checkpoint(Compression.NONE);
        var snapshot = subtask.state.snapshot(id, writer, options); // state is frozen here
        snapshot.run(); // may run on another thread, while this one goes on
        states.add(new SubtaskState(List.of(snapshot.get()), List.of()));
      }
      var operator = new OperatorSnapshot(OPERATOR, states.size(), KEY_GROUPS, states);
      writer.commit(0, List.of(operator), Set.of()); // keeps no earlier one
    } finally {
      writer.discard(); // nothing happens if it was committed
    }
  }

  @Override
  public void close() {
    state.close();
  }

  /** Counts, takes a checkpoint, and goes on from it with three subtasks instead of two. */
  public static void run(Path directory, Consumer<String> results) throws Exception {
    StateBackend backend =
        StateBackend.of(
            new HeapKeyedStoreFactory(),
            new FileCheckpointStorage(
                new LocalFileSystem(), FileStorageOptions.in(directory), UUID::randomUUID));
    try (ClaimedCheckpoints checkpoints = backend.checkpoints().claim("embedded")) {
      List<Visits> two = open(backend, 2, checkpoints.latest().orElse(null), results);
      visit(two, "ada", 1_000);
      visit(two, "grace", 2_000);
      visit(two, "ada", 3_000);
      long last = checkpoints.completed().stream().reduce(0L, Long::max);
      checkpoint(checkpoints, two, last + 1);
      visit(two, "lost", 4_000); // after the checkpoint: as if the process died now
      two.forEach(Visits::close);

      List<Visits> three = open(backend, 3, checkpoints.latest().orElseThrow(), results);
      visit(three, "grace", 5_000);
      three.forEach(subtask -> subtask.timers.advanceWatermark(HOUR_MILLIS)); // gives results
      three.forEach(Visits::close);
    }
  }

  /** Prints {@code ada 2} and {@code grace 2}. */
  public static void main(String[] args) throws Exception {
    run(Path.of(args[0]), System.out::println);
  }
}
