package io.streambed.snapshot;

import io.streambed.entry.StateRenames;
import java.io.IOException;
import java.util.List;

/**
 * What a keyed store also is if its snapshots can be files that checkpoints share.
 *
 * <p>Threading: the store's thread.
 */
public interface IncrementalStore extends IncrementSchemas {
  /**
   * Freezes the contents of this moment as files.
   *
   * @param checkpointId for messages
   * @return what the caller closes
   * @throws io.streambed.error.StorageException if the store cannot write them
   */
  FrozenFiles freezeFiles(long checkpointId);

  /**
   * Takes over the entries of this store's key groups from files. Once, before anything is written
   * to the store or loaded into it; tables may be open already. When this returns the state can be
   * used; files may be left to read, which the caller keeps until the recovery is complete.
   *
   * @param handles at least one, of this store, each with some of its key groups
   * @param inputs where the bytes are until the recovery is complete; of what belongs to the
   *     checkpoint alone, such as manifests, until this returns
   * @param progress is told of what was fetched
   * @param renames the present names of states: files are read as if they had been written under
   *     these
   * @return what is left to read; closed with the store
   * @throws IOException if the storage fails
   * @throws io.streambed.error.CorruptionException if files are damaged, or are not what the
   *     handles say
   * @throws io.streambed.error.IncompatibleStateException if max parallelism, key type or an opened
   *     state does not fit; the store is then to be closed
   */
  Recovery restore(
      List<KeyedStateHandle.Incremental> handles,
      SnapshotInputs inputs,
      RestoreProgress progress,
      StateRenames renames)
      throws IOException;

  /**
   * As {@link #restore(List, SnapshotInputs, RestoreProgress, StateRenames)}, of states that kept
   * their names.
   *
   * @param handles at least one, of this store, each with some of its key groups
   * @param inputs where the bytes are
   * @param progress is told of what was fetched
   * @return what is left to read
   * @throws IOException if the storage fails
   */
  default Recovery restore(
      List<KeyedStateHandle.Incremental> handles, SnapshotInputs inputs, RestoreProgress progress)
      throws IOException {
    return restore(handles, inputs, progress, StateRenames.NONE);
  }
}
