package io.streambed.fuzz;

import io.streambed.bytes.ByteView;
import io.streambed.file.Compression;
import io.streambed.zstd.ZstdCompression;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Compressed bytes, which no checksum covers but that of the block around them.
 *
 * <pre>
 * input := compression:u8 rawLength:u16 stored
 * </pre>
 */
final class CompressionTarget implements FuzzTarget {
  private static final List<Compression> ALL =
      List.of(Compression.DEFLATE, new ZstdCompression(), Compression.NONE);

  @Override
  public List<byte[]> seeds() {
    byte[] raw = "compressed bytes ".repeat(30).getBytes(StandardCharsets.US_ASCII);
    List<byte[]> seeds = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      try (Compression.Codec codec = ALL.get(i).codec()) {
        byte[] stored = new byte[raw.length];
        int length = codec.compress(ByteView.of(raw), stored, stored.length);
        seeds.add(
            new FuzzInput.Builder()
                .add(i)
                .add(raw.length >>> 8)
                .add(raw.length)
                .add(Arrays.copyOf(stored, length))
                .build());
      }
    }
    return seeds;
  }

  @Override
  public void run(byte[] input) {
    FuzzInput in = new FuzzInput(input);
    Compression compression = ALL.get(in.nextByte() % ALL.size());
    int rawLength = in.nextShort();
    byte[] stored = in.rest();
    // Others are refused before the bytes are looked at.
    if (rawLength <= compression.maxRawLength(stored.length)) {
      try (Compression.Codec codec = compression.codec()) {
        codec.decompress(ByteView.of(stored), new byte[rawLength], rawLength);
      }
    }
  }
}
