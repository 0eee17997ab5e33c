package io.streambed.backend;

import io.streambed.key.KeyGroupRange;
import io.streambed.key.KeyGroups;
import io.streambed.serial.Serializer;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.RestoreProgress;
import io.streambed.snapshot.SnapshotInputs;
import io.streambed.state.StateDescriptor;
import io.streambed.store.StoreServices;
import io.streambed.store.TaskInfo;
import io.streambed.time.StateTime;
import java.util.List;
import java.util.Objects;

/**
 * What a keyed backend is made from.
 *
 * @param task whose state it is
 * @param keySerializer of the keys; its type must have a key hasher
 * @param maxParallelism number of key groups of the job
 * @param range the key groups of the subtask
 * @param declared states, without namespaces, that are opened before anything is restored, so that
 *     their entries need not wait as bytes; states that were renamed are among them, others may be
 *     opened later
 * @param restored where to take state over from
 * @param time by which state with a time to live expires; whoever uses the backend moves it on
 * @param services what backend and store may use of the process
 * @param <K> the type of the keys
 */
public record KeyedBackendOptions<K>(
    TaskInfo task,
    Serializer<K> keySerializer,
    int maxParallelism,
    KeyGroupRange range,
    List<StateDescriptor> declared,
    Restored restored,
    StateTime time,
    StoreServices services) {
  /** The number of key groups if none is given. */
  public static final int DEFAULT_MAX_PARALLELISM = 128;

  /** Checks and freezes the parts. */
  public KeyedBackendOptions {
    Objects.requireNonNull(task, "task");
    Objects.requireNonNull(keySerializer, "keySerializer");
    Objects.requireNonNull(range, "range");
    Objects.requireNonNull(restored, "restored");
    Objects.requireNonNull(time, "time");
    Objects.requireNonNull(services, "services");
    KeyGroups.checkParallelism(maxParallelism, 1);
    declared = List.copyOf(declared);
  }

  /**
   * Options of a backend whose states live for ever: one that is to expire is refused.
   *
   * @param task whose state it is
   * @param keySerializer of the keys; its type must have a key hasher
   * @param maxParallelism number of key groups of the job
   * @param range the key groups of the subtask
   * @param declared states that are opened before anything is restored
   * @param restored where to take state over from
   */
  public KeyedBackendOptions(
      TaskInfo task,
      Serializer<K> keySerializer,
      int maxParallelism,
      KeyGroupRange range,
      List<StateDescriptor> declared,
      Restored restored) {
    this(
        task,
        keySerializer,
        maxParallelism,
        range,
        declared,
        restored,
        StateTime.none(),
        StoreServices.NONE);
  }

  /**
   * Options of a backend that owns all key groups and restores nothing: for use without a pipeline.
   *
   * @param operatorId a name for snapshots and messages
   * @param keySerializer of the keys
   * @param <K> the type of the keys
   * @return options with {@value #DEFAULT_MAX_PARALLELISM} key groups
   */
  public static <K> KeyedBackendOptions<K> of(String operatorId, Serializer<K> keySerializer) {
    return new KeyedBackendOptions<>(
        new TaskInfo(operatorId, operatorId, 0),
        keySerializer,
        DEFAULT_MAX_PARALLELISM,
        new KeyGroupRange(0, DEFAULT_MAX_PARALLELISM - 1),
        List.of(),
        Restored.NOTHING);
  }

  /**
   * State to take over.
   *
   * @param handles whose key groups may intersect the subtask's
   * @param inputs where their bytes are; null if there are none
   * @param progress is told how far the restore has come
   */
  public record Restored(
      List<KeyedStateHandle> handles, SnapshotInputs inputs, RestoreProgress progress) {
    /** Nothing. */
    public static final Restored NOTHING = new Restored(List.of(), null, RestoreProgress.NONE);

    /** Checks and freezes the parts. */
    public Restored {
      handles = List.copyOf(handles);
      Objects.requireNonNull(progress, "progress");
      if (!handles.isEmpty()) {
        Objects.requireNonNull(inputs, "inputs");
      }
    }
  }
}
