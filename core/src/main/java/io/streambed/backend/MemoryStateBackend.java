package io.streambed.backend;

import io.streambed.checkpoint.CheckpointStorage;
import io.streambed.checkpoint.MemoryCheckpointStorage;
import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.store.KeyedStoreFactory;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Heap store, checkpoints in memory: for tests and small jobs. They outlive an attempt of the job,
 * not the process.
 */
public final class MemoryStateBackend implements StateBackend {
  private final KeyedStoreFactory stores = new HeapKeyedStoreFactory();
  private final CheckpointStorage storage;

  /**
   * A backend with an empty storage.
   *
   * @param maxStateBytes the largest state of one subtask, from 1; usually {@link
   *     MemoryCheckpointStorage#DEFAULT_MAX_STATE_BYTES}
   * @param ids draws identities, a new one at each call, from any thread
   */
  public MemoryStateBackend(int maxStateBytes, Supplier<UUID> ids) {
    this.storage = new MemoryCheckpointStorage(maxStateBytes, ids);
  }

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public KeyedStoreFactory keyedStores() {
    return stores;
  }

  @Override
  public CheckpointStorage checkpoints() {
    return storage;
  }
}
