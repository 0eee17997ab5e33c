package io.streambed.file;

import io.streambed.bytes.ByteView;
import io.streambed.error.MalformedDataException;

/** Never compresses, so that each block is stored as it is. */
final class NoCompression implements Compression, Compression.Codec {
  @Override
  public String name() {
    return "none";
  }

  @Override
  public long maxRawLength(int storedLength) {
    return 0;
  }

  @Override
  public Codec codec() {
    return this;
  }

  @Override
  public int compress(ByteView raw, byte[] into, int limit) {
    return -1;
  }

  @Override
  public void decompress(ByteView stored, byte[] into, int rawLength) {
    throw new MalformedDataException("a compressed block in a file without compression");
  }

  @Override
  public void close() {}
}
