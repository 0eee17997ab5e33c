package io.streambed.snapshot;

import java.io.IOException;

/**
 * The files of one checkpoint that later ones may refer to, seen by a snapshot that is being
 * written.
 *
 * <p>Threading: any thread.
 */
public interface SharedFiles {
  /**
   * A new file. Finished, it belongs to this checkpoint; others may refer to it once this one is
   * complete.
   *
   * @param purpose what it will hold, for messages: letters, digits and dashes
   * @return the stream, to be finished or closed; it gives a {@link StreamHandle.Shared}
   * @throws IOException if the storage refuses it
   */
  SnapshotOutput create(String purpose) throws IOException;

  /**
   * Refers to a file that an earlier checkpoint wrote, instead of writing it again. From a true
   * answer on the file is kept for this checkpoint, whatever becomes of the earlier ones.
   *
   * @param file what was written then
   * @return false if no complete checkpoint of this job that is still kept refers to it: an aborted
   *     one wrote it, or another job, or it is gone. It is to be written anew then
   */
  boolean reuse(StreamHandle.Shared file);
}
