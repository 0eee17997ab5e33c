package io.streambed.snapshot;

import java.io.IOException;

/**
 * Makes the streams of one checkpoint: the stream factory that a snapshot writes to.
 *
 * <p>Threading: any thread.
 */
@FunctionalInterface
public interface SnapshotStreams {
  /**
   * A new stream.
   *
   * @param purpose what it will hold, for its name: letters, digits and dashes
   * @return the stream, to be finished or closed
   * @throws IOException if the storage refuses it
   */
  SnapshotOutput create(String purpose) throws IOException;

  /**
   * The files that outlive this checkpoint.
   *
   * @return where to write and find them, or null if the storage keeps none: the snapshot then
   *     stands alone
   */
  default SharedFiles shared() {
    return null;
  }
}
