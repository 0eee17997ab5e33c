package io.streambed.snapshot;

import io.streambed.file.FileInput;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Opens the streams of one checkpoint for reading.
 *
 * <p>Threading: any thread.
 */
@FunctionalInterface
public interface SnapshotInputs {
  /**
   * Opens a stream.
   *
   * @param handle one of the checkpoint's handles
   * @return the bytes, to be closed
   * @throws IOException if it cannot be opened
   * @throws io.streambed.error.CorruptionException if it is missing or of another size
   */
  FileInput open(StreamHandle handle) throws IOException;

  /**
   * Gives a stream a second name in the local file system, without a copy, if it is a file there.
   * Whoever asks reads it all the same: to verify it.
   *
   * @param handle one of the checkpoint's handles
   * @param target a name not in use, in an existing directory
   * @return false if there is no way but to copy what {@link #open} gives
   * @throws IOException if the storage fails
   */
  default boolean link(StreamHandle handle, Path target) throws IOException {
    return false;
  }

  /**
   * As {@link #link}, but of bytes that were compared with the handle's length and checksum by this
   * call, or before: whoever asks need not read them to verify them. To be tried first.
   *
   * @param handle one of the checkpoint's handles
   * @param target a name not in use, in an existing directory
   * @return false if nothing was done: the stream is to be linked or copied, and verified
   * @throws IOException if the storage fails
   */
  default boolean linkVerified(StreamHandle handle, Path target) throws IOException {
    return false;
  }
}
