package io.streambed.zstd;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import io.streambed.bytes.ByteView;
import io.streambed.error.MalformedDataException;
import io.streambed.file.Compression;

/** Works on the caller's arrays. Each context is made when it is first needed. */
final class ZstdCodec implements Compression.Codec {
  private final int level;
  private ZstdCompressCtx compressor;
  private ZstdDecompressCtx decompressor;

  ZstdCodec(int level) {
    this.level = level;
  }

  @Override
  public int compress(ByteView raw, byte[] into, int limit) {
    if (compressor == null) {
      compressor = new ZstdCompressCtx().setLevel(level).setChecksum(false);
    }
    try {
      return compressor.compressByteArray(into, 0, limit, raw.array(), raw.offset(), raw.length());
    } catch (ZstdException e) {
      if (e.getErrorCode() == Zstd.errDstSizeTooSmall()) {
        return -1;
      }
      throw new IllegalStateException(
          "Zstandard failed to compress "
              + raw.length()
              + " bytes at level "
              + level
              + ": "
              + e.getMessage(),
          e);
    }
  }

  @Override
  public void decompress(ByteView stored, byte[] into, int rawLength) {
    if (decompressor == null) {
      decompressor = new ZstdDecompressCtx();
    }
    if (stored.length() == 0) {
      throw new MalformedDataException("no bytes instead of a frame of Zstandard");
    }
    byte[] array = stored.array();
    try {
      // The decompressor itself takes any number of frames, and skips frames of other kinds.
      long frame = Zstd.findFrameCompressedSize(array, stored.offset(), stored.length());
      if (frame != stored.length()) {
        throw new MalformedDataException(
            "a frame of Zstandard has "
                + frame
                + " bytes, "
                + (stored.length() - frame)
                + " left over");
      }
      int length =
          decompressor.decompressByteArray(
              into, 0, rawLength, array, stored.offset(), stored.length());
      if (length != rawLength) {
        throw new MalformedDataException(
            "a frame of Zstandard gave " + length + " of " + rawLength + " bytes");
      }
    } catch (ZstdException e) {
      throw new MalformedDataException(
          "bytes are no frame of Zstandard that gives " + rawLength + " bytes: " + e.getMessage());
    }
  }

  /** A closed context stays: it refuses to be used, and to close it again does nothing. */
  @Override
  public void close() {
    if (compressor != null) {
      compressor.close();
    }
    if (decompressor != null) {
      decompressor.close();
    }
  }
}
