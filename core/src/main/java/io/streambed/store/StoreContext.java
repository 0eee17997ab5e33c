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
 * @param services what it may use of the process
 * @param <K> the type of the keys
 */
public record StoreContext<K>(
    TaskInfo task,
    Serializer<K> keySerializer,
    int maxParallelism,
    KeyGroupRange range,
    StoreServices services) {
  /** Checks the parts. */
  public StoreContext {
    Objects.requireNonNull(task, "task");
    Objects.requireNonNull(keySerializer, "keySerializer");
    Objects.requireNonNull(range, "range");
    Objects.requireNonNull(services, "services");
    KeyGroups.checkParallelism(maxParallelism, 1);
  }

  /**
   * The context of a store outside of any job.
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
        new TaskInfo("store alone", "store alone", 0),
        keySerializer,
        maxParallelism,
        range,
        StoreServices.NONE);
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
