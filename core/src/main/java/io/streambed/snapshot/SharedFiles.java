package io.streambed.snapshot;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The files that the checkpoints of a job share, seen by a snapshot that is being written. In the
 * end the snapshot's handle counts, see {@link KeyedStateHandle.Incremental#files()}. It may name
 * only files that the snapshot wrote here, or that it was allowed to refer to. It need not name all
 * of them: a storage keeps for a complete checkpoint those that its handle names, and others it may
 * delete.
 *
 * <p>Threading: any thread.
 */
public interface SharedFiles {
  /**
   * Up to which size content is better kept in a stream of the checkpoint's own than in a file
   * here. Each checkpoint writes such content again, but a file costs a name and a sync of its own.
   *
   * @return bytes; 0 if everything is worth a file
   */
  default int smallBytes() {
    return 0;
  }

  /**
   * A new file. Finished, it belongs to this checkpoint, and others may refer to it. If this one is
   * given up the file stays for a while, so that the next one need not write it again.
   *
   * @param purpose what it will hold, for messages: letters, digits and dashes
   * @return the stream, to be finished or closed; it gives a {@link StreamHandle.Shared}
   * @throws IOException if the storage refuses it
   */
  SnapshotOutput create(String purpose) throws IOException;

  /**
   * As {@link #create(String)}, of a file that lies on the local disk already. The writer writes
   * all of its bytes here all the same; but where local copies are kept, the file gets a second
   * name instead of being written to the local disk again.
   *
   * @param purpose what it will hold
   * @param source the file; nobody changes it any more, and it stays until the stream is finished
   * @return the stream
   * @throws IOException if the storage refuses it
   */
  default SnapshotOutput create(String purpose, Path source) throws IOException {
    return create(purpose);
  }

  /**
   * Refers to a file that another checkpoint wrote, complete or not, or that was staged, instead of
   * writing it again. From a true answer on the file is kept for this checkpoint, whatever becomes
   * of the others. A snapshot asks for all that it has before it writes the first new file: one
   * that runs out of time leaves to the next what it wrote and what it asked for.
   *
   * @param file what was written then
   * @return false if the file is gone, or is not one of this job. It is to be written anew then
   */
  boolean reuse(StreamHandle.Shared file);

  /**
   * As {@link #reuse(StreamHandle.Shared)}, of a file that lies on the local disk, too. Where local
   * copies are kept and have none of it, it gets a second name there.
   *
   * @param file what was written then
   * @param source a file with the same bytes; nobody changes it any more
   * @return false if the file is gone, or is not one of this job
   */
  default boolean reuse(StreamHandle.Shared file, Path source) {
    return reuse(file);
  }
}
