package io.streambed.testkit.damage;

import io.streambed.backend.KeyedBackendOptions;
import io.streambed.backend.KeyedBackendOptions.Restored;
import io.streambed.backend.OperatorBackendOptions;
import io.streambed.backend.StateBackend;
import io.streambed.checkpoint.OpenedCheckpoint;
import io.streambed.checkpoint.OperatorShape;
import io.streambed.checkpoint.OperatorSnapshot;
import io.streambed.checkpoint.RescalePlanner;
import io.streambed.checkpoint.SubtaskAssignment;
import io.streambed.checkpoint.SubtaskState;
import io.streambed.entry.StateSchema;
import io.streambed.key.KeyGroupRange;
import io.streambed.key.KeyGroups;
import io.streambed.keyed.KeyedStateBackend;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.KeyedStateStatistics;
import io.streambed.snapshot.OperatorStateHandle;
import io.streambed.snapshot.RestoreProgress;
import io.streambed.snapshot.SnapshotInputs;
import io.streambed.snapshot.SnapshotOptions;
import io.streambed.snapshot.SnapshotStreams;
import io.streambed.store.TaskInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RunnableFuture;

/**
 * A job of two operators with state of every sort, driven by hand, without a runtime.
 *
 * <p>Threading: one thread; what is frozen may be written on another.
 */
public final class SampleJob implements AutoCloseable {
  /** The operator with keyed state and timers. */
  public static final String KEYED = "delays by airport, 2nd/new";

  /** The operator with operator state. */
  public static final String SOURCE = "flights";

  private static final int MAX_PARALLELISM = 8;
  private static final Serializer<String> KEYS = Serializers.strings();

  private final int parallelism;
  private final List<KeyedTask> keyed = new ArrayList<>();
  private final List<SourceTask> sources = new ArrayList<>();

  /** An element of a list. */
  record Delay(int minutes, String cause) {}

  /** An accumulator. */
  record Mean(long sum, int count) {
    static Mean of(long value) {
      return new Mean(value, 1);
    }

    Mean plus(Mean other) {
      return new Mean(sum + other.sum, count + other.count);
    }
  }

  /** An element of a split list. */
  record Offset(String split, long position) {}

  /**
   * What one subtask is to write: frozen, so that the job may go on.
   *
   * @param operatorId the operator
   * @param subtask its subtask's index
   * @param snapshot writes it when run
   */
  public record Part(String operatorId, int subtask, RunnableFuture<?> snapshot) {
    /**
     * Writes it.
     *
     * @return what the subtask's part of a checkpoint is
     * @throws IOException if the storage fails
     * @throws io.streambed.error.StreambedException if the state cannot be written
     */
    public SubtaskState write() throws IOException {
      snapshot.run();
      Object handle = result(snapshot);
      if (handle instanceof KeyedStateHandle keyed) {
        return new SubtaskState(List.of(keyed), List.of());
      }
      return handle == null
          ? SubtaskState.EMPTY
          : new SubtaskState(List.of(), List.of((OperatorStateHandle) handle));
    }

    private static Object result(Future<?> snapshot) throws IOException {
      try {
        return snapshot.get();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof RuntimeException unchecked) {
          throw unchecked;
        }
        throw e.getCause() instanceof IOException failure
            ? failure
            : new IOException("a snapshot failed", e.getCause());
      } catch (InterruptedException e) {
        throw new IllegalStateException("a future that has run is not waited for", e);
      }
    }
  }

  /**
   * A job, from a checkpoint or from the beginning.
   *
   * @param state makes the backends
   * @param from the checkpoint to restore, if any
   * @param parallelism number of subtasks of each operator, from 1 to 8
   * @throws io.streambed.error.StreambedException if the checkpoint is damaged or cannot be read;
   *     nothing is left open then
   */
  public SampleJob(StateBackend state, Optional<OpenedCheckpoint> from, int parallelism) {
    this.parallelism = parallelism;
    Map<String, OperatorSnapshot> found =
        RescalePlanner.matchOperators(
            from.map(opened -> opened.metadata().operators()).orElse(List.of()),
            Set.of(KEYED, SOURCE),
            false);
    SnapshotInputs inputs = from.map(OpenedCheckpoint::inputs).orElse(null);
    try {
      for (SubtaskAssignment mine : plan(found.get(KEYED))) {
        keyed.add(
            new KeyedTask(
                state,
                new KeyedBackendOptions<>(
                    new TaskInfo("sample", KEYED, mine.subtask()),
                    KEYS,
                    MAX_PARALLELISM,
                    mine.range(),
                    KeyedTask.DECLARED,
                    new Restored(mine.keyed(), inputs, RestoreProgress.NONE))));
      }
      for (SubtaskAssignment mine : plan(found.get(SOURCE))) {
        sources.add(
            new SourceTask(
                state,
                new OperatorBackendOptions(mine.subtask(), parallelism, mine.operator(), inputs)));
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private List<SubtaskAssignment> plan(OperatorSnapshot snapshot) {
    if (snapshot != null) {
      return RescalePlanner.plan(snapshot, parallelism, MAX_PARALLELISM);
    }
    List<SubtaskAssignment> fresh = new ArrayList<>();
    for (int i = 0; i < parallelism; i++) {
      KeyGroupRange range = KeyGroups.rangeOf(MAX_PARALLELISM, parallelism, i);
      fresh.add(new SubtaskAssignment(i, range, List.of(), List.of()));
    }
    return fresh;
  }

  /**
   * The operators, for a coordinator.
   *
   * @return both, each with as many subtasks as the job has
   */
  public List<OperatorShape> shapes() {
    return List.of(
        new OperatorShape(SOURCE, parallelism, MAX_PARALLELISM),
        new OperatorShape(KEYED, parallelism, MAX_PARALLELISM));
  }

  /**
   * Applies a change where it belongs.
   *
   * @param change what to do
   */
  public void apply(Change change) {
    if (change.isKeyed()) {
      int group = KeyGroups.assign(KEYS.keyHasher().hash(change.key()), MAX_PARALLELISM);
      keyed.get(KeyGroups.subtaskOf(group, MAX_PARALLELISM, parallelism)).apply(change);
    } else if (change.kind() == Change.Kind.PUT_RULE || change.kind() == Change.Kind.REMOVE_RULE) {
      sources.forEach(source -> source.apply(change));
    } else {
      sources.get(change.subtask(parallelism)).apply(change);
    }
  }

  /**
   * Freezes every subtask.
   *
   * @param id of the checkpoint
   * @param streams where the parts are written
   * @param options how
   * @return one part for each subtask of each operator, each to be written or cancelled
   */
  public List<Part> freeze(long id, SnapshotStreams streams, SnapshotOptions options) {
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < parallelism; i++) {
      parts.add(new Part(SOURCE, i, sources.get(i).backend.snapshot(id, streams, options)));
      parts.add(new Part(KEYED, i, keyed.get(i).backend.snapshot(id, streams, options)));
    }
    return parts;
  }

  /**
   * The bytes of everything, carried states included.
   *
   * @return a {@link StateDump} of all subtasks
   * @throws IOException never by the storage, which is memory
   */
  public String dump() throws IOException {
    StateDump dump = new StateDump();
    for (int i = 0; i < parallelism; i++) {
      dump.keyed(KEYED + " " + i, keyed.get(i).backend);
      dump.operator(SOURCE + " " + i, sources.get(i).backend);
    }
    return dump.text();
  }

  /**
   * Everything as a user reads it; the timers fire.
   *
   * @return text in the form of {@link SampleModel#text}
   */
  public String drainToText() {
    return SampleModel.text(
        keyed.stream().flatMap(task -> task.drain().stream()),
        sources.stream().map(SourceTask::offsets).toList(),
        sources.stream().map(SourceTask::seen).toList(),
        sources.stream().map(SourceTask::formerElements).toList(),
        sources.stream().map(SourceTask::rules).toList());
  }

  /**
   * Entries that are carried along, unopened.
   *
   * @return how many, of all subtasks
   */
  public long carriedEntries() {
    return keyed.stream().mapToLong(task -> carriedEntries(task.backend)).sum()
        + sources.stream()
            .flatMap(task -> task.backend.carried().stream())
            .mapToLong(state -> state.elements())
            .sum();
  }

  private static long carriedEntries(KeyedStateBackend<?> backend) {
    List<StateSchema> carried = backend.carried();
    RunnableFuture<List<KeyedStateStatistics>> counting = backend.statistics();
    counting.run();
    try {
      return counting.get().stream()
          .filter(state -> carried.contains(state.schema()))
          .mapToLong(state -> state.total().entries())
          .sum();
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    keyed.forEach(task -> task.backend.close());
    sources.forEach(task -> task.backend.close());
  }
}
