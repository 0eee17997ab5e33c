package io.streambed.cli.bench;

import io.streambed.backend.KeyedBackendOptions;
import io.streambed.backend.KeyedBackendOptions.Restored;
import io.streambed.backend.StateBackend;
import io.streambed.checkpoint.CheckpointWriter;
import io.streambed.checkpoint.ClaimedCheckpoints;
import io.streambed.checkpoint.OpenedCheckpoint;
import io.streambed.checkpoint.OperatorSnapshot;
import io.streambed.checkpoint.SubtaskState;
import io.streambed.file.Compression;
import io.streambed.key.KeyGroupRange;
import io.streambed.keyed.KeyedStateBackend;
import io.streambed.rocksdb.RocksKeyedStoreFactory;
import io.streambed.serial.DefaultValue;
import io.streambed.serial.Serializers;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.RestoreProgress;
import io.streambed.snapshot.SnapshotOptions;
import io.streambed.snapshot.SnapshotType;
import io.streambed.state.ValueState;
import io.streambed.state.ValueStateDescriptor;
import io.streambed.store.TaskInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RunnableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/**
 * Fills a value state in RocksDB, takes an incremental checkpoint, and restores it: first with the
 * type that it had, then with a later one. Each time it goes on to read and write values under
 * random keys and some new ones, takes a checkpoint meanwhile, times each access, and checks each
 * value. One thread.
 */
public final class MigrationRun {
  private static final String OPERATOR = "visits";
  private static final int GROUPS = KeyedBackendOptions.DEFAULT_MAX_PARALLELISM;

  /** How often it is asked whether the migration is over, in accesses. */
  private static final int LOOK_EVERY = 1_000;

  /** One access of so many writes under a new key. */
  static final int INSERT_EVERY = 8;

  /** The value as the first version of a job has it. */
  record Visit(long user, int count) {}

  /** As the second version has it. */
  record LaterVisit(long user, long count, @DefaultValue("unknown") String region) {}

  private static final ValueStateDescriptor<Visit> WRITTEN =
      new ValueStateDescriptor<>("visits", Serializers.of(Visit.class));
  private static final ValueStateDescriptor<LaterVisit> LATER =
      new ValueStateDescriptor<>("visits", Serializers.of(LaterVisit.class));

  private final StateBackend backend;
  private final long entries;
  private final Consumer<String> progress;
  private long checkpointId;

  /**
   * A run that has not begun.
   *
   * @param backend keeps keyed state in RocksDB; its directory of checkpoints is empty
   * @param entries how many values there are
   * @param progress is told what is done next
   */
  public MigrationRun(StateBackend backend, long entries, Consumer<String> progress) {
    this.backend = backend;
    this.entries = entries;
    this.progress = progress;
  }

  /**
   * Runs.
   *
   * @return accesses to the state with its type as it was, while it is migrated, and after that
   */
  public List<MigrationResult> run() {
    List<MigrationResult> results = new ArrayList<>();
    try (ClaimedCheckpoints checkpoints = backend.checkpoints().claim("migration")) {
      progress.accept("filling");
      fill(checkpoints);
      OpenedCheckpoint from = checkpoints.latest().orElseThrow();
      progress.accept("restoring with the same type");
      try (KeyedStateBackend<Long> state = restored(from)) {
        results.add(
            new Phase<>(checkpoints, state, WRITTEN, n -> new Visit(n, (int) n))
                .run("same type", false));
      }
      progress.accept("restoring with a later type");
      try (KeyedStateBackend<Long> state = restored(from)) {
        Phase<LaterVisit> phase =
            new Phase<>(checkpoints, state, LATER, n -> new LaterVisit(n, (int) n, "unknown"));
        results.add(phase.run("migrating", true));
        results.add(phase.run("migrated", false));
      }
    }
    return results;
  }

  private KeyedStateBackend<Long> restored(OpenedCheckpoint from) {
    List<KeyedStateHandle> handles = from.metadata().operators().get(0).subtasks().get(0).keyed();
    return open(new Restored(handles, from.inputs(), RestoreProgress.NONE));
  }

  private KeyedStateBackend<Long> open(Restored restored) {
    return backend.createKeyedStateBackend(
        new KeyedBackendOptions<>(
            new TaskInfo("migration", OPERATOR, 0),
            Serializers.longs(),
            GROUPS,
            new KeyGroupRange(0, GROUPS - 1),
            List.of(),
            restored));
  }

  private void fill(ClaimedCheckpoints checkpoints) {
    try (KeyedStateBackend<Long> state = open(Restored.NOTHING)) {
      ValueState<Visit> visits = state.getState(WRITTEN);
      for (long number = 0; number < entries; number++) {
        state.setCurrentKey(number);
        visits.update(new Visit(number, (int) number));
      }
      checkpoint(checkpoints, ++checkpointId, state, true);
    }
  }

  /**
   * Takes an incremental checkpoint.
   *
   * @param kept whether it can be restored; if not, its files are removed again
   * @return how long the part of it took that the task waits for, in nanoseconds
   */
  private static long checkpoint(
      ClaimedCheckpoints checkpoints, long id, KeyedStateBackend<Long> state, boolean kept) {
    CheckpointWriter writer = checkpoints.begin(id, SnapshotType.CHECKPOINT);
    try {
      long start = System.nanoTime();
      RunnableFuture<KeyedStateHandle> snapshot =
          state.snapshot(id, writer, SnapshotOptions.checkpoint(Compression.NONE));
      long nanos = System.nanoTime() - start;
      snapshot.run();
      SubtaskState written = new SubtaskState(List.of(snapshot.get()), List.of());
      if (kept) {
        writer.commit(
            0, List.of(new OperatorSnapshot(OPERATOR, 1, GROUPS, List.of(written))), Set.of());
      }
      return nanos;
    } catch (ExecutionException e) {
      throw new IllegalStateException("taking the checkpoint failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } finally {
      writer.discard();
    }
  }

  /** Accesses to one state, opened under one type. */
  private final class Phase<V> {
    private final SplittableRandom random = new SplittableRandom(7);
    private final ClaimedCheckpoints checkpoints;
    private final KeyedStateBackend<Long> state;
    private final ValueState<V> values;
    private final LongFunction<V> expected;
    private double openingMillis;
    private long inserted;

    Phase(
        ClaimedCheckpoints checkpoints,
        KeyedStateBackend<Long> state,
        ValueStateDescriptor<V> descriptor,
        LongFunction<V> expected) {
      this.checkpoints = checkpoints;
      this.state = state;
      this.expected = expected;
      long start = System.nanoTime();
      this.values = state.getState(descriptor);
      this.openingMillis = (double) (System.nanoTime() - start) / TimeUnit.MILLISECONDS.toNanos(1);
    }

    /** Until the migration is over, or as many accesses as it takes about. */
    MigrationResult run(String name, boolean toTheEnd) {
      MigrationResult.Timing timing = new MigrationResult.Timing();
      long start = System.nanoTime();
      while (toTheEnd ? isMigrating() : timing.accesses() < entries / 2) {
        for (int i = 0; i < LOOK_EVERY; i++) {
          access(timing);
        }
        if (timing.accesses() == LOOK_EVERY) {
          long before = System.nanoTime();
          timing.checkpoint(checkpoint(checkpoints, ++checkpointId, state, false));
          // Its files are written by another thread in a job: none of that is counted.
          start += System.nanoTime() - before;
        }
      }
      MigrationResult result = timing.result(name, openingMillis, System.nanoTime() - start);
      openingMillis = 0;
      return result;
    }

    private void access(MigrationResult.Timing timing) {
      boolean isNew = timing.accesses() % INSERT_EVERY == 0;
      long number = isNew ? entries + inserted++ : random.nextLong(entries);
      V made = expected.apply(number);
      long start = System.nanoTime();
      state.setCurrentKey(number);
      V value = values.value();
      values.update(made);
      timing.add(System.nanoTime() - start);
      if (isNew ? value != null : !made.equals(value)) {
        throw new IllegalStateException("under key " + number + " there is " + value);
      }
    }

    private boolean isMigrating() {
      return !((RocksKeyedStoreFactory) backend.stores()).metrics().migrating().isEmpty();
    }
  }
}
