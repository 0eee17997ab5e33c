package io.streambed.rocksdb;

import io.streambed.backend.StateBackend;
import io.streambed.backend.Store;
import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.file.LocalFileSystem;
import java.nio.file.Path;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * Stores in RocksDB: state larger than the heap, with incremental checkpoints. A directory has,
 * beside {@code checkpoints} and {@code savepoints}, {@code state}: the working files of the
 * process that runs, which are of no use to any other.
 */
public final class RocksStore {
  private RocksStore() {}

  /**
   * State in RocksDB, checkpoints beside it.
   *
   * @param directory made if it is not there
   * @return the store
   */
  public static Store in(Path directory) {
    return in(directory, options -> options);
  }

  /**
   * State in RocksDB, checkpoints beside it.
   *
   * @param directory made if it is not there
   * @param change of the default options, such as {@code options -> options.withMemoryBytes(1L <<
   *     30)}
   * @return the store
   */
  public static Store in(Path directory, UnaryOperator<RocksOptions> change) {
    return Store.of(
        StateBackend.of(
            new RocksKeyedStoreFactory(
                new LocalFileSystem(), change.apply(RocksOptions.in(directory.resolve("state")))),
            new FileCheckpointStorage(
                new LocalFileSystem(), Store.storage(directory), UUID::randomUUID)));
  }
}
