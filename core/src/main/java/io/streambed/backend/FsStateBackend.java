package io.streambed.backend;

import io.streambed.checkpoint.CheckpointStorage;
import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.checkpoint.FileStorageOptions;
import io.streambed.file.FileSystem;
import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.store.KeyedStoreFactory;
import java.util.UUID;
import java.util.function.Supplier;

/** Heap store, checkpoints in a file system: fast state as large as the heap, durable. */
public final class FsStateBackend implements StateBackend {
  private final KeyedStoreFactory stores = new HeapKeyedStoreFactory();
  private final CheckpointStorage storage;

  /**
   * A backend over a directory.
   *
   * @param files the file system
   * @param options checkpoint and savepoint paths, small-file threshold, write buffer
   * @param ids draws identities, a new one at each call, from any thread
   */
  public FsStateBackend(FileSystem files, FileStorageOptions options, Supplier<UUID> ids) {
    this.storage = new FileCheckpointStorage(files, options, ids);
  }

  @Override
  public String name() {
    return "fs";
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
