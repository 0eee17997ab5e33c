package io.streambed.checkpoint;

import io.streambed.error.StorageException;
import io.streambed.file.FileOutput;
import io.streambed.snapshot.SnapshotOutput;
import io.streambed.snapshot.StreamHandle;
import java.io.IOException;
import java.util.UUID;

/**
 * A stream that becomes a shared file. Unbuffered: a store copies its files in large pieces. A
 * close from another thread waits for the write under way.
 */
final class SharedFileOutput extends SnapshotOutput {
  private final SharedDirectory directory;
  private final long checkpoint;
  private final UUID fileId;
  private final StreamLedger ledger;
  private FileOutput file;
  private boolean ended;

  SharedFileOutput(SharedDirectory directory, long checkpoint, UUID fileId, StreamLedger ledger) {
    this.directory = directory;
    this.checkpoint = checkpoint;
    this.fileId = fileId;
    this.ledger = ledger;
  }

  @Override
  public UUID fileId() {
    return fileId;
  }

  @Override
  public synchronized void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] source, int offset, int length) throws IOException {
    opened().write(source, offset, length);
  }

  @Override
  public synchronized StreamHandle finish(int checksum) throws IOException {
    FileOutput out = opened();
    try {
      out.sync();
      out.close();
      StreamHandle.Shared handle = new StreamHandle.Shared(fileId, checksum, out.position());
      if (!directory.register(checkpoint, handle)) {
        throw new StorageException(
            "checkpoint " + checkpoint + " has ended: nothing can be written to it");
      }
      ledger.finished(this, handle);
      ended = true;
      return handle;
    } catch (IOException | RuntimeException e) {
      try {
        close();
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  @Override
  public synchronized void close() throws IOException {
    if (ended) {
      return;
    }
    ended = true;
    ledger.closed(this);
    if (file != null) {
      try {
        file.close();
      } finally {
        directory.delete(fileId);
      }
    }
  }

  private FileOutput opened() throws IOException {
    if (ended) {
      throw new IOException("the stream of shared file " + fileId + " was finished or closed");
    }
    if (file == null) {
      file = directory.create(fileId);
    }
    return file;
  }
}
