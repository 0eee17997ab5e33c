package io.streambed.checkpoint;

import io.streambed.error.LimitExceededException;
import io.streambed.snapshot.SnapshotOutput;
import io.streambed.snapshot.StreamHandle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Objects;
import java.util.UUID;

/** A stream that stays in memory, up to a limit. */
final class MemorySnapshotOutput extends SnapshotOutput {
  private final String purpose;
  private final UUID fileId;
  private final int maxBytes;
  private final StreamLedger ledger;
  private final ByteArrayOutputStream content = new ByteArrayOutputStream();
  private boolean ended;

  MemorySnapshotOutput(String purpose, UUID fileId, int maxBytes, StreamLedger ledger) {
    this.purpose = purpose;
    this.fileId = fileId;
    this.maxBytes = maxBytes;
    this.ledger = ledger;
  }

  @Override
  public UUID fileId() {
    return fileId;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] source, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, source.length);
    checkOpen();
    long size = (long) content.size() + length;
    if (size > maxBytes) {
      throw new LimitExceededException(
          "The snapshot stream \"" + purpose + "\" in bytes",
          size,
          maxBytes,
          "Raise maxStateBytes of MemoryCheckpointStorage, or keep checkpoints in files with"
              + " FileCheckpointStorage.");
    }
    content.write(source, offset, length);
  }

  @Override
  public synchronized StreamHandle finish(int checksum) throws IOException {
    checkOpen();
    StreamHandle handle = new StreamHandle.Inline(fileId, checksum, content.toByteArray());
    ledger.finished(this, handle);
    ended = true;
    return handle;
  }

  @Override
  public synchronized void close() {
    if (!ended) {
      ended = true;
      ledger.closed(this);
    }
  }

  private void checkOpen() throws IOException {
    if (ended) {
      throw new IOException("the stream \"" + purpose + "\" was finished or closed");
    }
  }
}
