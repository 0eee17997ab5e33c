package io.streambed.checkpoint;

import io.streambed.snapshot.SnapshotOutput;
import io.streambed.snapshot.StreamHandle;
import java.io.IOException;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A stream of one checkpoint: it ends once, finished or closed, and the checkpoint's ledger hears
 * of it. A close from another thread does not wait for a call under way, which a disk may hold for
 * ever: the thread of that call discards the content once it comes back, and the call fails.
 */
final class CheckpointOutput extends SnapshotOutput {
  /** Where the bytes go. Called by one thread at a time. */
  interface Content {
    /** Takes bytes. */
    void write(byte[] source, int offset, int length) throws IOException;

    /** Makes all of it durable and names it. */
    StreamHandle finish(int checksum) throws IOException;

    /** Removes what was written, finished or not; called last, at most once. */
    void discard() throws IOException;
  }

  private enum Phase {
    IDLE,
    /** The writer is in a call. */
    BUSY,
    /** Closed by another thread while the writer is in a call. */
    CLOSED_WHILE_BUSY,
    ENDED
  }

  private final String name;
  private final UUID fileId;
  private final Content content;
  private final StreamLedger ledger;
  private final byte[] single = new byte[1];
  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.IDLE);

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
  public void write(int b) throws IOException {
    single[0] = (byte) b;
    write(single, 0, 1);
  }

  @Override
  public void write(byte[] source, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, source.length);
    begin();
    try {
      content.write(source, offset, length);
    } finally {
      if (!phase.compareAndSet(Phase.BUSY, Phase.IDLE)) {
        phase.set(Phase.ENDED);
        content.discard();
      }
    }
    if (phase.get() == Phase.ENDED) {
      throw over();
    }
  }

  @Override
  public StreamHandle finish(int checksum) throws IOException {
    begin();
    try {
      StreamHandle handle = content.finish(checksum);
      if (!phase.compareAndSet(Phase.BUSY, Phase.ENDED)) {
        throw over();
      }
      ledger.finished(this, handle);
      return handle;
    } catch (IOException | RuntimeException e) {
      phase.set(Phase.ENDED);
      ledger.closed(this);
      try {
        content.discard();
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    if (phase.compareAndSet(Phase.BUSY, Phase.CLOSED_WHILE_BUSY)) {
      ledger.closed(this);
    } else if (phase.compareAndSet(Phase.IDLE, Phase.ENDED)) {
      ledger.closed(this);
      content.discard();
    }
  }

  private void begin() throws IOException {
    if (!phase.compareAndSet(Phase.IDLE, Phase.BUSY)) {
      throw over();
    }
  }

  private IOException over() {
    return new IOException(name + " was finished or closed");
  }
}
