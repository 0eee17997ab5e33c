package io.streambed.localcopy;

import io.streambed.checkpoint.OpenedCheckpoint;
import io.streambed.file.FileInput;
import io.streambed.snapshot.StreamHandle;
import java.io.IOException;
import java.util.function.Consumer;
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
  private final Consumer<String> failed;

  /** Null for as long as the copy can be read. */
  private volatile FileInput stored;

  private boolean closed;

  /**
   * A copy that was verified.
   *
   * @param failed is told why the copy cannot be read any more
   */
  CopyInput(
      FileInput copy, StreamHandle handle, OpenedCheckpoint checkpoint, Consumer<String> failed) {
    this.copy = copy;
    this.handle = handle;
    this.checkpoint = checkpoint;
    this.failed = failed;
  }

  @Override
  public long length() {
    return handle.length();
  }

  @Override
  public int read(long position, byte[] into, int offset, int length) throws IOException {
    FileInput input = stored;
    if (input == null) {
      try {
        int read = copy.read(position, into, offset, length);
        if (read >= 0 || position >= handle.length()) {
          return read;
        }
        input = openStored("it became shorter while it was read");
      } catch (IOException e) {
        if (Thread.currentThread().isInterrupted()) {
          // The task is being stopped, and nothing is wrong with the disk.
          throw e;
        }
        input = openStored(e.toString());
      }
    }
    return input.read(position, into, offset, length);
  }

  private FileInput openStored(String reason) throws IOException {
    LOG.warn(
        "The local copy {} cannot be read any more, and {} is read instead: {}",
        copy.name(),
        checkpoint.location(),
        reason);
    failed.accept(reason);
    // Outside of the monitor: close() must not wait for a storage that hangs.
    FileInput opened = checkpoint.inputs().open(handle);
    FileInput first;
    synchronized (this) {
      if (!closed && stored == null) {
        stored = opened;
      }
      first = closed ? null : stored;
    }
    if (first != opened) {
      opened.close();
    }
    if (first == null) {
      throw new IOException(copy.name() + " is closed");
    }
    return first;
  }

  @Override
  public String name() {
    FileInput input = stored;
    return input == null ? copy.name() : input.name();
  }

  @Override
  public void close() throws IOException {
    FileInput input;
    synchronized (this) {
      closed = true;
      input = stored;
    }
    try {
      copy.close();
    } finally {
      if (input != null) {
        input.close();
      }
    }
  }
}
