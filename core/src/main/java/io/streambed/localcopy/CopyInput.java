package io.streambed.localcopy;

import io.streambed.checkpoint.OpenedCheckpoint;
import io.streambed.file.FileInput;
import io.streambed.snapshot.StreamHandle;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A sound copy that is being read. If its disk fails now, the rest is read from the storage of the
 * checkpoint, which has the same bytes.
 */
final class CopyInput implements FileInput {
  private static final Logger LOG = LoggerFactory.getLogger(CopyInput.class);

  private final FileInput copy;
  private final StreamHandle handle;
  private final OpenedCheckpoint checkpoint;

  /** Null for as long as the copy can be read. */
  private volatile FileInput stored;

  private boolean closed;

  CopyInput(FileInput copy, StreamHandle handle, OpenedCheckpoint checkpoint) {
    this.copy = copy;
    this.handle = handle;
    this.checkpoint = checkpoint;
  }

  @Override
  public long length() {
    return handle.length();
  }

  @Override
  public int read(long position, byte[] into, int offset, int length) throws IOException {
    FileInput instead = stored;
    if (instead == null) {
      try {
        int read = copy.read(position, into, offset, length);
        if (read >= 0 || position >= handle.length()) {
          return read;
        }
        instead = instead("it became shorter while it was read");
      } catch (IOException e) {
        if (Thread.currentThread().isInterrupted()) {
          // The task is being stopped, and nothing is wrong with the disk.
          throw e;
        }
        instead = instead(e.toString());
      }
    }
    return instead.read(position, into, offset, length);
  }

  private synchronized FileInput instead(String reason) throws IOException {
    if (closed) {
      throw new IOException(copy.name() + " is closed");
    }
    if (stored == null) {
      LOG.warn(
          "The local copy {} cannot be read any more, and {} is read instead: {}",
          copy.name(),
          checkpoint.location(),
          reason);
      stored = checkpoint.inputs().open(handle);
    }
    return stored;
  }

  @Override
  public String name() {
    FileInput instead = stored;
    return instead == null ? copy.name() : instead.name();
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    try {
      copy.close();
    } finally {
      if (stored != null) {
        stored.close();
      }
    }
  }
}
