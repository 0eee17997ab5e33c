package io.streambed.snapshot;

import io.streambed.file.FileInput;
import java.io.IOException;

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
}
