package io.streambed.backend;

import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.checkpoint.FileStorageOptions;
import io.streambed.checkpoint.MemoryCheckpointStorage;
import io.streambed.file.LocalFileSystem;
import io.streambed.heap.HeapKeyedStoreFactory;
import java.nio.file.Path;
import java.util.Objects;
import java.util.UUID;

/**
 * Where a job keeps its state, its checkpoints and its savepoints. A store in a directory of the
 * local file system has this below it:
 *
 * <pre>
 * directory/checkpoints     what the job goes on from after a failure, and when it is started again
 * directory/savepoints      what users asked for; theirs to move and to remove
 * </pre>
 *
 * <p>Threading: any thread; one job at a time runs on a directory.
 */
public final class Store {
  private final StateBackend backend;

  private Store(StateBackend backend) {
    this.backend = backend;
  }

  /**
   * State on the heap, checkpoints in a directory: fast, as large as the heap, durable.
   *
   * @param directory made if it is not there
   * @return the store
   */
  public static Store heap(Path directory) {
    return new Store(
        StateBackend.of(
            new HeapKeyedStoreFactory(),
            new FileCheckpointStorage(
                new LocalFileSystem(), storage(directory), UUID::randomUUID)));
  }

  /**
   * State on the heap, checkpoints in memory, for tests: they outlive a failure of the job, not the
   * process. Each call gives a store of its own.
   *
   * @return the store
   */
  public static Store memory() {
    return new Store(
        StateBackend.of(
            new HeapKeyedStoreFactory(),
            new MemoryCheckpointStorage(
                MemoryCheckpointStorage.DEFAULT_MAX_STATE_BYTES, UUID::randomUUID)));
  }

  /**
   * A store made of its parts.
   *
   * @param backend where state and checkpoints are kept
   * @return the store
   */
  public static Store of(StateBackend backend) {
    return new Store(Objects.requireNonNull(backend, "backend"));
  }

  /**
   * Where checkpoints and savepoints are, of a store in a directory.
   *
   * @param directory of the store
   * @return its parts {@code checkpoints} and {@code savepoints}
   */
  public static FileStorageOptions storage(Path directory) {
    return FileStorageOptions.in(directory.resolve("checkpoints"))
        .withSavepointRoot(directory.resolve("savepoints"));
  }

  /**
   * What it is made of.
   *
   * @return the backend of this store, the same one at each call
   */
  public StateBackend backend() {
    return backend;
  }
}
