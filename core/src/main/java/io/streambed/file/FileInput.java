package io.streambed.file;

import io.streambed.error.CorruptionException;
import java.io.Closeable;
import java.io.IOException;
import java.util.Objects;

/**
 * A file open for reading at any position. Reads are safe from several threads. A local one is
 * closed by the JDK when a reading thread is interrupted: that read and all later ones throw {@link
 * java.nio.channels.ClosedChannelException}.
 */
public interface FileInput extends Closeable {
  /**
   * The file's size.
   *
   * @return its length in bytes
   * @throws IOException if the storage fails
   */
  long length() throws IOException;

  /**
   * Reads some bytes; as few as one even if more are there.
   *
   * @param position where in the file, in bytes, from 0
   * @param into receives the bytes
   * @param offset first index in {@code into}
   * @param length the most to read
   * @return how many were read, or -1 at the end of the file
   * @throws IOException if the storage fails
   */
  int read(long position, byte[] into, int offset, int length) throws IOException;

  /**
   * The file's name, for error messages.
   *
   * @return a name that a user can find it by
   */
  String name();

  /**
   * Reads exactly so many bytes.
   *
   * @param position where in the file, in bytes, from 0
   * @param into receives the bytes
   * @param offset first index in {@code into}
   * @param length how many to read
   * @throws CorruptionException if the file ends before
   * @throws IOException if the storage fails
   */
  default void readFully(long position, byte[] into, int offset, int length) throws IOException {
    int done = 0;
    while (done < length) {
      int n = read(position + done, into, offset + done, length - done);
      if (n < 0) {
        throw new CorruptionException(
            name(), position, length + " bytes", "the end after " + done + " bytes");
      }
      done += n;
    }
  }

  /**
   * An input over bytes in memory.
   *
   * @param name its name for error messages
   * @param content the bytes; not copied
   * @return an input that needs no close
   */
  static FileInput of(String name, byte[] content) {
    return new MemoryInput(Objects.requireNonNull(name), content);
  }
}
