package io.streambed.rocksdb;

import io.streambed.backend.StateBackend;
import io.streambed.checkpoint.CheckpointStorage;
import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.checkpoint.FileStorageOptions;
import io.streambed.file.FileSystem;
import io.streambed.store.KeyedStoreFactory;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * RocksDB store, checkpoints in a file system: state larger than memory, durable. Checkpoints that
 * may build upon earlier ones are incremental: they hold the table files that no complete one has.
 */
public final class RocksStateBackend implements StateBackend {
  private final KeyedStoreFactory stores;
  private final CheckpointStorage storage;

  /**
   * A backend over two directories.
   *
   * @param files the file system
   * @param checkpoints checkpoint and savepoint paths, small-file threshold, write buffer
   * @param options where and how state is kept while the job runs
   * @param ids draws identities, a new one at each call, from any thread
   * @throws IllegalArgumentException if an option is unknown, or its value does not fit
   * @throws io.streambed.error.StorageException if RocksDB's native library cannot be loaded
   */
  public RocksStateBackend(
      FileSystem files, FileStorageOptions checkpoints, RocksOptions options, Supplier<UUID> ids) {
    this.stores = new RocksKeyedStoreFactory(files, options);
    this.storage = new FileCheckpointStorage(files, checkpoints, ids);
  }

  @Override
  public String name() {
    return "rocksdb";
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
