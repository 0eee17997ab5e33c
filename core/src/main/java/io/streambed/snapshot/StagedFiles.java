package io.streambed.snapshot;

import java.io.IOException;

/**
 * Shared files that a store writes outside of a checkpoint, for instance what it merged in the
 * background. A later checkpoint adopts such a file with {@link SharedFiles#reuse}; it outlives the
 * staging then. What no checkpoint has adopted when it is released is deleted.
 *
 * <p>Threading: any thread.
 */
public interface StagedFiles extends AutoCloseable {
  /**
   * A new file. Finished, it is staged, and any checkpoint may adopt it.
   *
   * @param purpose what it will hold, for messages: 1 to 64 letters, digits and dashes
   * @return the stream, to be finished or closed; it gives a {@link StreamHandle.Shared}
   * @throws IOException if the storage refuses it
   * @throws io.streambed.error.StorageException if this was closed
   * @throws IllegalStateException if the claim on the job's checkpoints was given back
   */
  SnapshotOutput create(String purpose) throws IOException;

  /**
   * Lets go of a file: it is deleted unless a checkpoint adopted it. Nothing happens if it is not
   * staged here.
   *
   * @param file what was staged
   */
  void release(StreamHandle.Shared file);

  /** Lets go of all files, and closes streams that are neither finished nor closed. Idempotent. */
  @Override
  void close();
}
