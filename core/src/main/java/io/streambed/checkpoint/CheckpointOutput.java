package io.streambed.checkpoint;

import io.streambed.snapshot.SnapshotOutput;
import io.streambed.snapshot.StreamHandle;
import java.io.IOException;
import java.util.Objects;
import java.util.UUID;

/**
 * A stream of one checkpoint: it ends once, finished or closed, and the checkpoint's ledger hears
 * of it. A close from another thread waits for the write under way.
 */
final class CheckpointOutput extends SnapshotOutput {
  /** Where the bytes go. Called with the stream's lock held. */
  interface Content {
    /** Takes bytes. */
    void write(byte[] source, int offset, int length) throws IOException;

    /** Makes all of it durable and names it. */
    StreamHandle finish(int checksum) throws IOException;

    /** Removes what was written, finished or not; called last, at most once. */
    void discard() throws IOException;
  }

  private final String name;
  private final UUID fileId;
  private final Content content;
  private final StreamLedger ledger;
  private final byte[] single = new byte[1];
  private boolean ended;

  /**
   * A stream to be opened in the ledger.
   *
   * @param name its name for error messages
   */
  CheckpointOutput(String name, UUID fileId, Content content, StreamLedger ledger) {
    this.name = name;
    this.fileId = fileId;
    this.content = content;
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
    content.write(source, offset, length);
  }

  @Override
  public synchronized StreamHandle finish(int checksum) throws IOException {
    checkOpen();
    try {
      StreamHandle handle = content.finish(checksum);
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
    if (!ended) {
      ended = true;
      ledger.closed(this);
      content.discard();
    }
  }

  private void checkOpen() throws IOException {
    if (ended) {
      throw new IOException(name + " was finished or closed");
    }
  }
}
