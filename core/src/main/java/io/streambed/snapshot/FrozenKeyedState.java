package io.streambed.snapshot;

import io.streambed.entry.Schema;
import io.streambed.file.Compression;
import io.streambed.key.KeyGroupRange;
import io.streambed.store.FrozenView;
import io.streambed.store.KeyedStore;
import java.io.IOException;
import java.util.Optional;

/**
 * The contents of a keyed store at one moment, to be written as one snapshot of a subtask: as a
 * container, or as files of the store's own that checkpoints share. Here alone is decided which of
 * them; whoever takes snapshots says only whether files may be shared.
 *
 * <p>Threading: frozen on the store's thread; then one thread at a time, any thread. Closing may
 * happen at any time from any thread once no write is under way, and is idempotent.
 */
public final class FrozenKeyedState implements AutoCloseable {
  private final KeyGroupRange range;
  private final FrozenView view;
  private final FrozenFiles files;

  private FrozenKeyedState(KeyGroupRange range, FrozenView view, FrozenFiles files) {
    this.range = range;
    this.view = view;
    this.files = files;
  }

  /**
   * Freezes a store.
   *
   * @param store the store
   * @param checkpointId for messages
   * @param incremental whether the snapshot may refer to files of others: it is a checkpoint, and
   *     its storage keeps shared files
   * @return files of the store's own if that is so and the store is an {@link IncrementalStore}, a
   *     container otherwise; the caller closes it
   * @throws io.streambed.error.StorageException if the store cannot write its files
   */
  public static FrozenKeyedState freeze(
      KeyedStore<?> store, long checkpointId, boolean incremental) {
    KeyGroupRange range = store.context().range();
    Optional<IncrementalStore> files =
        incremental ? store.capability(IncrementalStore.class) : Optional.empty();
    return files.isPresent()
        ? new FrozenKeyedState(range, null, files.get().freezeFiles(checkpointId))
        : new FrozenKeyedState(range, store.freeze(checkpointId), null);
  }

  /**
   * Whether files of the store's own are written.
   *
   * @return false if a container is
   */
  public boolean isIncremental() {
    return files != null;
  }

  /**
   * The states of the contents.
   *
   * @return the schema; the first call may have to put it together
   */
  public Schema schema() {
    return files != null ? files.schema() : view.schema();
  }

  /**
   * Writes the contents.
   *
   * @param origin where they come from
   * @param compression of the container, or of what is not a file of the store
   * @param streams where to write; with {@link SnapshotStreams#shared()} if this is incremental
   * @return the handle
   * @throws IOException if the storage fails or a stream was closed to cancel
   * @throws io.streambed.error.SerializationException if a serializer fails
   * @throws io.streambed.error.LimitExceededException if a key or value is too large
   * @throws io.streambed.error.StorageException if the store's own files cannot be read
   * @throws io.streambed.error.CorruptionException if they are damaged
   */
  public KeyedStateHandle write(
      SnapshotOrigin origin, Compression compression, SnapshotStreams streams) throws IOException {
    if (files != null) {
      return files.write(origin, compression, streams);
    }
    // The operator's id may hold what a file's name may not; it is in the container.
    try (SnapshotOutput out = streams.create("keyed-" + origin.subtask())) {
      int checksum =
          KeyedContainerWriter.write(view, range, origin, compression, out.fileId(), out);
      return new KeyedStateHandle.Container(range, out.finish(checksum));
    }
  }

  @Override
  public void close() {
    if (files != null) {
      files.close();
    } else {
      view.close();
    }
  }
}
