package io.streambed.file;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.ClosedChannelException;
import java.util.Objects;

/**
 * A new file open for appending, unbuffered: what {@code write} took, another reader sees.
 *
 * <p>A failed write or sync is final. How many bytes arrived is unknown then, and an operating
 * system may drop unwritten pages on a failed sync and report success on the next: so each later
 * call but {@link #close()} throws, and the file is to be abandoned and written anew under another
 * name. Threading: one thread at a time. An interrupt closes a local file, which counts as a
 * failure.
 */
public abstract class FileOutput extends OutputStream {
  private final String name;
  private long position;
  private IOException failure;
  private boolean closed;

  /**
   * An empty file.
   *
   * @param name its name for error messages
   */
  protected FileOutput(String name) {
    this.name = Objects.requireNonNull(name);
  }

  /**
   * Appends all of the bytes or throws.
   *
   * @param source the bytes
   * @param offset the first one
   * @param length how many, at least 1
   * @throws IOException if not all were taken
   */
  protected abstract void append(byte[] source, int offset, int length) throws IOException;

  /**
   * Makes all bytes appended so far durable.
   *
   * @throws IOException if that is not certain
   */
  protected abstract void force() throws IOException;

  /**
   * Gives the file's handle back; called once.
   *
   * @throws IOException if the storage fails
   */
  protected abstract void release() throws IOException;

  /**
   * Number of bytes written.
   *
   * @return the offset of the next byte
   */
  public final long position() {
    return position;
  }

  /**
   * Makes all bytes written so far durable (fsync). The file's name is another matter: {@link
   * FileSystem#syncDirectory}.
   *
   * @throws IOException if that is not certain, or an earlier call failed
   */
  public final void sync() throws IOException {
    check();
    try {
      force();
    } catch (IOException e) {
      throw failed("Syncing ", e);
    }
  }

  @Override
  public final void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public final void write(byte[] source, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, source.length);
    check();
    if (length == 0) {
      return;
    }
    try {
      append(source, offset, length);
    } catch (IOException e) {
      throw failed("Writing ", e);
    }
    position += length;
  }

  /** The operating system tells what is wrong, but not of which file. */
  private IOException failed(String operation, IOException cause) {
    failure =
        cause instanceof ClosedChannelException
            ? cause
            : new IOException(operation + name + " failed: " + reason(cause), cause);
    return failure;
  }

  private static String reason(IOException cause) {
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }

  /** Does nothing: there is no buffer. */
  @Override
  public final void flush() {}

  /**
   * Closes the file, without a sync; a second call does nothing.
   *
   * @throws IOException if the storage fails
   */
  @Override
  public final void close() throws IOException {
    if (!closed) {
      closed = true;
      release();
    }
  }

  private void check() throws IOException {
    if (closed) {
      throw new IOException(name + " is closed");
    }
    if (failure != null) {
      throw new IOException(name + " failed before and must be written anew", failure);
    }
  }
}
