package io.streambed.snapshot;

import io.streambed.entry.Schema;
import io.streambed.file.Compression;
import java.io.IOException;

/**
 * A store's contents at one moment, as files of its own. It stays as it is while the store goes on;
 * several may live at once.
 *
 * <p>Threading: one thread at a time, any thread. Closing may happen at any time from any thread
 * once no write is under way, and is idempotent.
 */
public interface FrozenFiles extends AutoCloseable {
  /**
   * The states of the contents.
   *
   * @return the schema; it does not change
   */
  Schema schema();

  /**
   * Writes what the storage does not have yet, and refers to the rest.
   *
   * @param origin where the contents come from
   * @param compression of what is not a file of the store
   * @param streams where to write; they have {@link SnapshotStreams#shared()}
   * @return the handle
   * @throws IOException if the storage fails or a stream was closed to cancel
   * @throws io.streambed.error.StorageException if the store's own files cannot be read
   * @throws io.streambed.error.CorruptionException if they are damaged
   */
  KeyedStateHandle.Incremental write(
      SnapshotOrigin origin, Compression compression, SnapshotStreams streams) throws IOException;

  /** Lets go of the files. */
  @Override
  void close();
}
