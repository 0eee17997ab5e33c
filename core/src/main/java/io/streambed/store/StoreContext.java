package io.streambed.store;

import io.streambed.key.KeyContext;
import io.streambed.key.KeyGroupRange;
import io.streambed.key.KeyGroups;
import io.streambed.serial.Serializer;
import java.util.Objects;

/**
 * What a keyed store is made with.
 *
 * @param task whose state it is
 * @param keySerializer of the keys, the store's own; its type must have a key hasher
 * @param maxParallelism number of key groups of the job
 * @param range the key groups to own
 * @param memory what the store may take of memory, shared with other stores; a store without {@link
 *     StoreDescription.Trait#WANTS_MANAGED_MEMORY} never looks at it
 * @param services what it may use of the process
 * @param <K> the type of the keys
 */
public record StoreContext<K>(
    TaskInfo task,
    Serializer<K> keySerializer,
    int maxParallelism,
    KeyGroupRange range,
    MemoryBudget memory,
    StoreServices services) {
  /** Checks the parts. */
  public StoreContext {
    Objects.requireNonNull(task, "task");
    Objects.requireNonNull(keySerializer, "keySerializer");
    Objects.requireNonNull(range, "range");
    Objects.requireNonNull(memory, "memory");
    Objects.requireNonNull(services, "services");
    KeyGroups.checkParallelism(maxParallelism, 1);
  }

  /**
   * A context with an unbounded budget of memory, and without services.
   *
   * @param task whose state it is
   * @param keySerializer of the keys, the store's own; its type must have a key hasher
   * @param maxParallelism number of key groups of the job
   * @param range the key groups to own
   */
  public StoreContext(
      TaskInfo task, Serializer<K> keySerializer, int maxParallelism, KeyGroupRange range) {
    this(task, keySerializer, maxParallelism, range, MemoryBudget.unbounded(), StoreServices.NONE);
  }

  /**
   * The context of a store outside of any job, with an unbounded budget of memory.
   *
   * @param keySerializer of the keys, the store's own; its type must have a key hasher
   * @param maxParallelism number of key groups
   * @param range the key groups to own
   * @param <K> the type of the keys
   * @return a context whose task has the name of a store alone
   */
  public static <K> StoreContext<K> alone(
      Serializer<K> keySerializer, int maxParallelism, KeyGroupRange range) {
    return new StoreContext<>(
        new TaskInfo("store alone", "store alone", 0), keySerializer, maxParallelism, range);
  }

  /**
   * The same with another budget of memory.
   *
   * @param newMemory see {@link #memory}
   * @return a new context
   */
  public StoreContext<K> withMemory(MemoryBudget newMemory) {
    return new StoreContext<>(task, keySerializer, maxParallelism, range, newMemory, services);
  }

  /**
   * The same with other services.
   *
   * @param newServices see {@link #services}
   * @return a new context
   */
  public StoreContext<K> withServices(StoreServices newServices) {
    return new StoreContext<>(task, keySerializer, maxParallelism, range, memory, newServices);
  }

  /**
   * A new context of keys for a store.
   *
   * @return one without a current key
   */
  public KeyContext<K> keys() {
    return new KeyContext<>(keySerializer, maxParallelism, range);
  }
}
