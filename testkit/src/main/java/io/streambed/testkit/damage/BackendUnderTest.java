package io.streambed.testkit.damage;

import io.streambed.backend.StateBackend;
import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.checkpoint.FileStorageOptions;
import io.streambed.file.FileSystem;
import io.streambed.store.KeyedStoreFactory;
import java.util.UUID;
import java.util.function.Supplier;

/** Makes the backend of a job whose checkpoints go to a file system that a test can damage. */
@FunctionalInterface
public interface BackendUnderTest {
  /**
   * The backend of one attempt.
   *
   * @param files where the checkpoints go
   * @param options the paths there
   * @param ids draws identities, a new one at each call
   * @return a new backend
   */
  StateBackend over(FileSystem files, FileStorageOptions options, Supplier<UUID> ids);

  /**
   * Backends with stores that keep what they need elsewhere, where no link leads to.
   *
   * @param stores makes the stores of all the backends
   * @return what makes a backend of those stores
   */
  static BackendUnderTest of(KeyedStoreFactory stores) {
    return (files, options, ids) ->
        StateBackend.of(stores, new FileCheckpointStorage(new DistantFiles(files), options, ids));
  }
}
