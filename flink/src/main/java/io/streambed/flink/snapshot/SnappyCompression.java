package io.streambed.flink.snapshot;

import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.MalformedDataException;
import io.streambed.file.Compression;
import java.io.IOException;
import org.xerial.snappy.Snappy;

/** Blocks compressed by the Snappy that Flink ships and uses for its own snapshots. */
public final class SnappyCompression implements Compression {
  /** A provider. */
  public SnappyCompression() {}

  @Override
  public String name() {
    return "snappy";
  }

  /** Three bytes stand for at most 64. */
  @Override
  public long maxRawLength(int storedLength) {
    return storedLength * 22L + 64;
  }

  @Override
  public Codec codec() {
    return new SnappyCodec();
  }

  private static final class SnappyCodec implements Codec {
    private byte[] scratch = new byte[0];

    @Override
    public int compress(ByteView raw, byte[] into, int limit) {
      int most = Snappy.maxCompressedLength(raw.length());
      if (scratch.length < most || scratch.length > ByteWriter.KEPT_BYTES) {
        scratch = new byte[most];
      }
      try {
        int length = Snappy.compress(raw.array(), raw.offset(), raw.length(), scratch, 0);
        if (length > limit) {
          return -1;
        }
        System.arraycopy(scratch, 0, into, 0, length);
        return length;
      } catch (IOException e) {
        throw new IllegalStateException("Snappy failed to compress: " + e.getMessage(), e);
      }
    }

    @Override
    public void decompress(ByteView stored, byte[] into, int rawLength) {
      try {
        int length = Snappy.uncompressedLength(stored.array(), stored.offset(), stored.length());
        if (length != rawLength) {
          throw new MalformedDataException(
              "bytes compressed by Snappy say they are " + length + ", not " + rawLength);
        }
        int found = Snappy.uncompress(stored.array(), stored.offset(), stored.length(), into, 0);
        if (found != rawLength) {
          throw new MalformedDataException(
              "bytes compressed by Snappy gave " + found + " of " + rawLength);
        }
      } catch (IOException e) {
        throw new MalformedDataException("bytes are not compressed by Snappy: " + e.getMessage());
      }
    }

    @Override
    public void close() {
      scratch = new byte[0];
    }
  }
}
