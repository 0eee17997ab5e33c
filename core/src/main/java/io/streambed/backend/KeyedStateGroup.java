package io.streambed.backend;

import io.streambed.backend.KeyedBackendOptions.Restored;
import io.streambed.checkpoint.CheckpointLease;
import io.streambed.checkpoint.CheckpointWriter;
import io.streambed.checkpoint.ClaimedCheckpoints;
import io.streambed.checkpoint.OpenedCheckpoint;
import io.streambed.checkpoint.OperatorSnapshot;
import io.streambed.checkpoint.RescalePlanner;
import io.streambed.checkpoint.SubtaskAssignment;
import io.streambed.checkpoint.SubtaskState;
import io.streambed.error.StorageException;
import io.streambed.file.Compression;
import io.streambed.key.KeyGroups;
import io.streambed.keyed.KeyedStateBackend;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.RestoreProgress;
import io.streambed.snapshot.SnapshotOptions;
import io.streambed.snapshot.SnapshotType;
import io.streambed.state.StateDescriptor;
import io.streambed.store.StoreServices;
import io.streambed.store.TaskInfo;
import io.streambed.time.ProcessingTime;
import io.streambed.time.StateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RunnableFuture;

/**
 * Keyed state without a job: opened from the last checkpoint in a store, used key by key, and
 * checkpointed as a whole. Keys are dealt out to subtasks as a job does it, so that a checkpoint is
 * opened with any number of them.
 *
 * <pre>{@code
 * try (var visits = KeyedStateGroup.open(Store.heap(directory), "visits", String.class, 1)) {
 *   ValueState<Long> count = visits.at("ada").getState(COUNT);
 *   count.update(count.value() + 1);
 *   visits.checkpoint(System.currentTimeMillis());
 * }
 * }</pre>
 *
 * <p>Threading: each subtask is used by one thread at a time, and the group by one while no subtask
 * is used: it waits for the storage, and so do those who wait for it. A job has threads for that.
 *
 * @param <K> the type of the keys
 */
public final class KeyedStateGroup<K> implements AutoCloseable {
  private final String name;
  private final Serializer<K> keySerializer;
  private final ClaimedCheckpoints checkpoints;
  private final List<KeyedStateBackend<K>> subtasks = new ArrayList<>();

  /** Null if nothing expires. */
  private final ProcessingTime clock;

  /** For each subtask its own: they may be used by threads of their own. */
  private final List<StateTime> times = new ArrayList<>();

  private final OptionalLong restoredId;
  private long lastId;

  /** On the checkpoint that the state was opened from, as long as some of it is left to read. */
  private CheckpointLease lease = CheckpointLease.NONE;

  private KeyedStateGroup(
      StateBackend backend,
      String name,
      Serializer<K> keySerializer,
      int parallelism,
      ProcessingTime clock,
      List<StateDescriptor> declared) {
    this.name = name;
    this.keySerializer = keySerializer;
    this.clock = clock;
    this.checkpoints = backend.checkpoints().claim(name);
    try {
      OpenedCheckpoint latest = checkpoints.latest().orElse(null);
      restoredId =
          latest == null ? OptionalLong.empty() : OptionalLong.of(latest.metadata().checkpointId());
      lastId = restoredId.orElse(0);
      if (restoredId.isPresent()) {
        lease = checkpoints.lease(lastId).orElse(CheckpointLease.NONE);
      }
      if (clock != null && latest != null) {
        clock.goOnFrom(latest.metadata().timestampMillis());
      }
      for (SubtaskAssignment share : plan(latest, parallelism)) {
        subtasks.add(subtask(backend, share, latest, declared));
      }
      endLeaseIfRecovered();
    } catch (RuntimeException e) {
      closeAfter(e);
      throw e;
    }
  }

  /**
   * Opens the state of a name: empty, or as the last checkpoint has it.
   *
   * @param store where state and checkpoints are kept
   * @param name of the state, the same always
   * @param keyType of the keys, of which their serializer is derived
   * @param parallelism number of subtasks, from 1 to {@link
   *     KeyedBackendOptions#DEFAULT_MAX_PARALLELISM}
   * @param <K> the type of the keys
   * @return the state, which the caller closes
   * @throws io.streambed.error.FencedException if another process has it open
   * @throws io.streambed.error.IncompatibleStateException if the checkpoint has other keys
   * @throws io.streambed.error.StorageException if the storage fails
   * @throws IllegalArgumentException if the type cannot be that of keys
   * @see #open(Store, String, Class, int, ProcessingTime, StateDescriptor...)
   */
  public static <K> KeyedStateGroup<K> open(
      Store store, String name, Class<K> keyType, int parallelism) {
    return open(store, name, keyType, parallelism, null);
  }

  /**
   * Opens the state of a name, with a clock by which state that has a time to live expires. It goes
   * on from the time of the checkpoint if that is later. {@link #at} looks at the clock; who makes
   * a key current on a subtask itself leaves time as it is.
   *
   * @param store where state and checkpoints are kept
   * @param name of the state, the same always
   * @param keyType of the keys, of which their serializer is derived
   * @param parallelism number of subtasks, from 1 to {@link
   *     KeyedBackendOptions#DEFAULT_MAX_PARALLELISM}
   * @param clock of this group alone; null if nothing expires
   * @param declared states that are opened before the checkpoint is read: those that were renamed,
   *     with their former names, must be among them; others may be
   * @param <K> the type of the keys
   * @return the state, which the caller closes
   * @throws io.streambed.error.FencedException if another process has it open
   * @throws io.streambed.error.IncompatibleStateException if the checkpoint has other keys, or a
   *     declared state does not fit what it holds
   * @throws io.streambed.error.StorageException if the storage fails
   * @throws IllegalArgumentException if the type cannot be that of keys, or two declared states
   *     share a name
   */
  public static <K> KeyedStateGroup<K> open(
      Store store,
      String name,
      Class<K> keyType,
      int parallelism,
      ProcessingTime clock,
      StateDescriptor... declared) {
    Serializer<K> keySerializer = Serializers.of(keyType);
    if (keySerializer.keyHasher() == null) {
      throw new IllegalArgumentException(
          "values of " + keyType.getName() + " cannot be keys: they have no key hasher");
    }
    return new KeyedStateGroup<>(
        store.backend(), name, keySerializer, parallelism, clock, List.of(declared));
  }

  private void endLeaseIfRecovered() {
    if (subtasks.stream().allMatch(subtask -> subtask.recovery().progress().isComplete())) {
      lease.close();
    }
  }

  private List<SubtaskAssignment> plan(OpenedCheckpoint from, int parallelism) {
    OperatorSnapshot written =
        from == null
            ? new OperatorSnapshot(
                name, 1, KeyedBackendOptions.DEFAULT_MAX_PARALLELISM, List.of(SubtaskState.EMPTY))
            : RescalePlanner.matchOperators(from.metadata().operators(), Set.of(name), false)
                .get(name);
    return RescalePlanner.plan(written, parallelism, KeyedBackendOptions.DEFAULT_MAX_PARALLELISM);
  }

  private KeyedStateBackend<K> subtask(
      StateBackend backend,
      SubtaskAssignment share,
      OpenedCheckpoint from,
      List<StateDescriptor> declared) {
    StateTime time = clock == null ? StateTime.none() : StateTime.of(clock);
    times.add(time);
    return backend.createKeyedStateBackend(
        new KeyedBackendOptions<>(
            new TaskInfo(name, name, share.subtask()),
            keySerializer,
            KeyedBackendOptions.DEFAULT_MAX_PARALLELISM,
            share.range(),
            declared,
            from == null
                ? Restored.NOTHING
                : new Restored(share.keyed(), from.inputs(), RestoreProgress.NONE),
            time,
            StoreServices.NONE));
  }

  /**
   * The checkpoint that the state was opened from.
   *
   * @return its id; empty if there was none
   */
  public OptionalLong restoredId() {
    return restoredId;
  }

  /**
   * The subtasks, each with the keys of its key groups.
   *
   * @return as many as the group was opened with
   */
  public List<KeyedStateBackend<K>> subtasks() {
    return List.copyOf(subtasks);
  }

  /**
   * Makes a key current on the subtask that has it.
   *
   * @param key the key, not null
   * @return that subtask: its states are now those of the key
   */
  public KeyedStateBackend<K> at(K key) {
    Objects.requireNonNull(key, "a key must not be null");
    int maxParallelism = KeyedBackendOptions.DEFAULT_MAX_PARALLELISM;
    int group = KeyGroups.assign(keySerializer.keyHasher().hash(key), maxParallelism);
    int subtask = KeyGroups.subtaskOf(group, maxParallelism, subtasks.size());
    KeyedStateBackend<K> owner = subtasks.get(subtask);
    times.get(subtask).refresh();
    owner.setCurrentKey(key);
    return owner;
  }

  /**
   * Writes the state of all subtasks, and waits until that is durable. It takes the place of the
   * checkpoint before.
   *
   * @param timestampMillis the time of day that the checkpoint tells of itself, in milliseconds
   *     since the epoch; or, if it is later, the time that the group's clock shows
   * @return the checkpoint's id
   * @throws StorageException if it cannot be written; the checkpoint before is as it was
   * @throws io.streambed.error.StreambedException if a serializer fails or an entry is too large
   */
  public long checkpoint(long timestampMillis) {
    long id = lastId + 1;
    long seenMillis = clock == null ? timestampMillis : clock.getAsLong();
    CheckpointWriter writer = checkpoints.begin(id, SnapshotType.CHECKPOINT);
    try {
      List<SubtaskState> states = new ArrayList<>();
      for (KeyedStateBackend<K> subtask : subtasks) {
        states.add(new SubtaskState(written(subtask, id, writer), List.of()));
      }
      writer.commit(
          Math.max(timestampMillis, seenMillis),
          List.of(
              new OperatorSnapshot(
                  name, states.size(), KeyedBackendOptions.DEFAULT_MAX_PARALLELISM, states)),
          Set.of());
    } finally {
      // Nothing happens if it was committed.
      writer.discard();
    }
    lastId = id;
    endLeaseIfRecovered();
    return id;
  }

  private static List<KeyedStateHandle> written(
      KeyedStateBackend<?> subtask, long id, CheckpointWriter writer) {
    RunnableFuture<KeyedStateHandle> snapshot =
        subtask.snapshot(id, writer, SnapshotOptions.checkpoint(Compression.NONE));
    snapshot.run();
    try {
      KeyedStateHandle handle = snapshot.get();
      return handle == null ? List.of() : List.of(handle);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new StorageException("Writing checkpoint " + id, e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StorageException("Writing checkpoint " + id + " was interrupted", e);
    }
  }

  private void closeAfter(RuntimeException failure) {
    try {
      close();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  /** Lets go of the state and of the storage; what came after the last checkpoint is lost. */
  @Override
  public void close() {
    try {
      subtasks.forEach(KeyedStateBackend::close);
    } finally {
      // A lease ends with it.
      checkpoints.close();
    }
  }
}
