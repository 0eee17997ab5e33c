package io.streambed.connector;

import io.streambed.file.FileInput;
import java.io.IOException;
import java.io.InputStream;

/** The bytes of a file in their order. Closing it closes the file. One thread. */
final class FileBytes extends InputStream {
  private final FileInput input;
  private final long length;
  private long position;

  FileBytes(FileInput input) throws IOException {
    this.input = input;
    this.length = input.length();
  }

  long length() {
    return length;
  }

  /** How many bytes were read. */
  long position() {
    return position;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int max) throws IOException {
    if (max == 0) {
      return 0;
    }
    int n = input.read(position, into, offset, max);
    position += Math.max(n, 0);
    return n;
  }

  /** What is left: the gzip reader looks for a further member only if there is something. */
  @Override
  public int available() {
    return (int) Math.min(Math.max(length - position, 0), Integer.MAX_VALUE);
  }

  @Override
  public void close() throws IOException {
    input.close();
  }
}
