package io.streambed.checkpoint;

import io.streambed.file.FileOutput;
import io.streambed.file.FileSystem;
import io.streambed.snapshot.SnapshotOutput;
import io.streambed.snapshot.StreamHandle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.UUID;

/**
 * A stream that stays in memory up to a threshold and becomes a file beyond it. A close from
 * another thread waits for the write under way.
 */
final class FileSnapshotOutput extends SnapshotOutput {
  private static final int INITIAL_BYTES = 512;

  private final FileSystem files;
  private final Path path;
  private final UUID fileId;
  private final FileStorageOptions options;
  private final StreamLedger ledger;
  private final byte[] single = new byte[1];
  private byte[] buffer = new byte[INITIAL_BYTES];
  private int buffered;
  private FileOutput file;
  private boolean ended;

  FileSnapshotOutput(
      FileSystem files, Path path, UUID fileId, FileStorageOptions options, StreamLedger ledger) {
    this.files = files;
    this.path = path;
    this.fileId = fileId;
    this.options = options;
    this.ledger = ledger;
  }

  @Override
  public UUID fileId() {
    return fileId;
  }

  @Override
  public synchronized void write(int b) throws IOException {
    single[0] = (byte) b;
    write(single, 0, 1);
  }

  @Override
  public synchronized void write(byte[] source, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, source.length);
    checkOpen();
    if (length > capacity() - buffered) {
      drain();
    }
    if (length > capacity()) {
      file.write(source, offset, length);
      return;
    }
    int needed = buffered + length;
    if (needed > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(needed, Math.min(capacity(), 2 * buffer.length)));
    }
    System.arraycopy(source, offset, buffer, buffered, length);
    buffered = needed;
  }

  @Override
  public synchronized StreamHandle finish(int checksum) throws IOException {
    checkOpen();
    try {
      StreamHandle handle;
      if (file == null) {
        handle = new StreamHandle.Inline(fileId, checksum, Arrays.copyOf(buffer, buffered));
      } else {
        drain();
        file.sync();
        file.close();
        String name = path.getFileName().toString();
        handle = new StreamHandle.InFile(fileId, checksum, name, file.position());
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
        files.delete(path);
      }
    }
  }

  private int capacity() {
    return file == null ? options.smallFileThresholdBytes() : options.writeBufferBytes();
  }

  private void drain() throws IOException {
    if (file == null) {
      file = files.create(path);
    }
    file.write(buffer, 0, buffered);
    buffered = 0;
  }

  private void checkOpen() throws IOException {
    if (ended) {
      throw new IOException("the stream of " + path + " was finished or closed");
    }
  }
}
