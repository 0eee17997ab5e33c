package io.streambed.snapshot;

import java.io.IOException;
import java.io.OutputStream;
import java.util.UUID;

/**
 * A stream of a snapshot that becomes a handle when finished. Closed before that, it leaves nothing
 * behind.
 *
 * <p>Threading: one writer; {@link #close()} may come from another thread to cancel, after which
 * writes fail.
 */
public abstract class SnapshotOutput extends OutputStream {
  /** For storages only. */
  protected SnapshotOutput() {}

  /**
   * The identity to put into the stream's header.
   *
   * @return drawn for this stream alone
   */
  public abstract UUID fileId();

  /**
   * Makes what was written durable and names it. Nothing can be written afterwards.
   *
   * @param checksum CRC32C of all bytes written
   * @return the handle
   * @throws IOException if it cannot be made durable; nothing is left behind
   */
  public abstract StreamHandle finish(int checksum) throws IOException;

  /**
   * Ends the stream; if it was not finished, what was written is discarded. Idempotent.
   *
   * @throws IOException if the discarding fails; the storage removes the rest later
   */
  @Override
  public abstract void close() throws IOException;
}
