package io.streambed.rocksdb;

import io.streambed.error.CorruptionException;
import io.streambed.file.FileInput;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.LongConsumer;
import java.util.zip.CRC32C;

/** Copies files and computes what they are verified by. */
final class FileCopy {
  private static final int BUFFER_BYTES = 1 << 18;

  private FileCopy() {}

  /**
   * Copies a file.
   *
   * @param length the size that it must have
   * @param progress told of the size of each part that was copied
   * @return CRC32C of the bytes
   * @throws CorruptionException if the file has another size
   */
  static int copy(FileInput in, long length, OutputStream out, LongConsumer progress)
      throws IOException {
    if (in.length() != length) {
      throw new CorruptionException(in.name(), -1, length + " bytes", in.length() + " bytes");
    }
    CRC32C crc = new CRC32C();
    byte[] buffer = new byte[(int) Math.min(BUFFER_BYTES, length)];
    for (long done = 0; done < length; ) {
      int part = (int) Math.min(buffer.length, length - done);
      in.readFully(done, buffer, 0, part);
      crc.update(buffer, 0, part);
      out.write(buffer, 0, part);
      done += part;
      progress.accept(part);
    }
    return (int) crc.getValue();
  }
}
