package io.streambed.file;

import java.io.Closeable;
import java.io.IOException;

/** An exclusive lock on a file, held until closed or until the process ends. */
public interface HeldLock extends Closeable {
  /**
   * Gives the lock back; a second call does nothing.
   *
   * @throws IOException if the storage fails; the lock is then held until the process ends
   */
  @Override
  void close() throws IOException;
}
