package io.streambed.connector;

import java.io.IOException;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Decompresses a gzip file, all of its members. The JDK's stream takes whatever it cannot read
 * behind a member for the end of the file; so this one compares where the last member ends with
 * where the file does. One thread.
 */
final class GzipMembers extends GZIPInputStream {
  private static final int BUFFER_BYTES = 1 << 14;

  /** Checksum and length, behind the compressed bytes of each member. */
  private static final int TRAILER_BYTES = 8;

  private final FileBytes file;

  /** How much of the file was read when the decompressor was last given bytes. */
  private long filledTo;

  GzipMembers(FileBytes file) throws IOException {
    super(file, BUFFER_BYTES);
    this.file = file;
  }

  @Override
  protected void fill() throws IOException {
    super.fill();
    filledTo = file.position();
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int n = super.read(into, offset, length);
    if (n < 0) {
      long end = filledTo - inf.getRemaining() + TRAILER_BYTES;
      if (end != file.length()) {
        throw new ZipException(
            "a member that ends at byte "
                + end
                + " of "
                + file.length()
                + ", and bytes behind it that begin no other");
      }
    }
    return n;
  }
}
