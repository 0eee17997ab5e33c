package io.streambed.file;

import io.streambed.bytes.ByteView;
import io.streambed.error.MalformedDataException;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** Raw deflate (RFC 1951) by the JDK; blocks have a checksum of their own. */
final class DeflateCompression implements Compression {
  @Override
  public String name() {
    return "deflate";
  }

  @Override
  public long maxRawLength(int storedLength) {
    return storedLength * 1032L + 64;
  }

  @Override
  public Codec codec() {
    return new DeflateCodec();
  }

  private static final class DeflateCodec implements Codec {
    private Deflater deflater;
    private Inflater inflater;

    @Override
    public int compress(ByteView raw, byte[] into, int limit) {
      if (deflater == null) {
        deflater = new Deflater(Deflater.BEST_SPEED, true);
      }
      deflater.reset();
      deflater.setInput(raw.array(), raw.offset(), raw.length());
      deflater.finish();
      int length = 0;
      while (length < limit && !deflater.finished()) {
        length += deflater.deflate(into, length, limit - length);
      }
      return deflater.finished() ? length : -1;
    }

    @Override
    public void decompress(ByteView stored, byte[] into, int rawLength) {
      if (inflater == null) {
        inflater = new Inflater(true);
      }
      inflater.reset();
      inflater.setInput(stored.array(), stored.offset(), stored.length());
      try {
        int length = inflate(into, rawLength);
        if (length != rawLength || !inflater.finished() || inflater.getRemaining() != 0) {
          throw new MalformedDataException(
              "deflated bytes gave "
                  + length
                  + (inflater.finished() ? "" : " or more")
                  + " of "
                  + rawLength
                  + " bytes, "
                  + inflater.getRemaining()
                  + " left over");
        }
      } catch (DataFormatException e) {
        throw new MalformedDataException("bytes are not deflated: " + e.getMessage());
      }
    }

    private int inflate(byte[] into, int rawLength) throws DataFormatException {
      int length = 0;
      while (length < rawLength && !inflater.finished()) {
        int n = inflater.inflate(into, length, rawLength - length);
        if (n == 0 && (inflater.needsInput() || inflater.needsDictionary())) {
          return length;
        }
        length += n;
      }
      // The end mark may follow the last byte: one more byte of room lets the inflater see it.
      return inflater.finished() ? length : length + inflater.inflate(new byte[1]);
    }

    @Override
    public void close() {
      if (deflater != null) {
        deflater.end();
        deflater = null;
      }
      if (inflater != null) {
        inflater.end();
        inflater = null;
      }
    }
  }
}
