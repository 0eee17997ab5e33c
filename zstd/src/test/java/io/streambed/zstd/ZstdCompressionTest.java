package io.streambed.zstd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdCompressCtx;
import io.streambed.bytes.ByteView;
import io.streambed.error.MalformedDataException;
import io.streambed.error.StorageException;
import io.streambed.file.Compression;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Levels, frames that a stranger has made, and the native library. */
class ZstdCompressionTest {
  private static final byte[] TEXT =
      "the quick brown fox jumps over the lazy dog ".repeat(40).getBytes(StandardCharsets.US_ASCII);

  /** {@link #TEXT} as version 1.5.7 of Zstandard wrote it at level 3: read for ever. */
  private static final String GOLDEN =
      "28b52ffd60e005b50100b40274686520717569636b2062726f776e20666f78206a756d7073206f76657220746865"
          + "206c617a7920646f670200ad3ef5c1409865";

  /** A frame without a length: the magic number, a descriptor, a window of 128 KiB. */
  private static final byte[] FRAME_HEADER = HexFormat.of().parseHex("28b52ffd0038");

  private static final int INNER_BLOCK_BYTES = 128 << 10;

  private static byte[] decompressed(byte[] stored, int rawLength) {
    byte[] raw = new byte[rawLength];
    try (Compression.Codec codec = new ZstdCompression().codec()) {
      codec.decompress(ByteView.of(stored), raw, rawLength);
    }
    return raw;
  }

  private static byte[] compressed(int level, byte[] raw) {
    byte[] stored = new byte[raw.length];
    try (Compression.Codec codec = new ZstdCompression(level).codec()) {
      return Arrays.copyOf(stored, codec.compress(ByteView.of(raw), stored, stored.length));
    }
  }

  private static void assertMalformed(byte[] stored, int rawLength) {
    assertThatThrownBy(() -> decompressed(stored, rawLength))
        .isInstanceOf(MalformedDataException.class)
        .hasMessageContaining("Zstandard");
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  /** Blocks of 128 KiB that each repeat one byte: the most raw bytes that stored ones can give. */
  private static byte[] repeating(int blocks) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(FRAME_HEADER);
    for (int i = 1; i <= blocks; i++) {
      int header = INNER_BLOCK_BYTES << 3 | 1 << 1 | (i == blocks ? 1 : 0);
      out.writeBytes(
          new byte[] {(byte) header, (byte) (header >> 8), (byte) (header >> 16), (byte) 'x'});
    }
    return out.toByteArray();
  }

  @Test
  void decompress_bytesOfTheFirstVersion_areRead() {
    assertThat(decompressed(HexFormat.of().parseHex(GOLDEN), TEXT.length)).isEqualTo(TEXT);
  }

  @ParameterizedTest
  @ValueSource(ints = {ZstdCompression.MIN_LEVEL, 6, ZstdCompression.MAX_LEVEL})
  void compress_anyLevel_isReadByTheDefault(int level) {
    assertThat(decompressed(compressed(level, TEXT), TEXT.length)).isEqualTo(TEXT);
  }

  @Test
  void compress_highestLevel_isSmallerThanTheLowest() {
    SplittableRandom random = new SplittableRandom(1);
    StringBuilder words = new StringBuilder();
    for (int i = 0; i < 20_000; i++) {
      words.append("word").append(random.nextInt(500)).append(' ');
    }
    byte[] raw = words.toString().getBytes(StandardCharsets.US_ASCII);
    assertThat(compressed(ZstdCompression.MAX_LEVEL, raw).length)
        .isLessThan(compressed(ZstdCompression.MIN_LEVEL, raw).length);
  }

  @Test
  void new_levelOutOfRange_isRefused() {
    for (int level : new int[] {ZstdCompression.MIN_LEVEL - 1, ZstdCompression.MAX_LEVEL + 1}) {
      assertThatThrownBy(() -> new ZstdCompression(level))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(level + ", which is not in 1..22");
    }
    assertThat(new ZstdCompression()).isEqualTo(new ZstdCompression(ZstdCompression.DEFAULT_LEVEL));
  }

  @Test
  void compress_frame_hasNoChecksumOfItsOwn() {
    // RFC 8878, 3.1.1.1.1: bit 2 of the byte behind the magic number.
    assertThat(compressed(3, TEXT)[4] & 4).isZero();
  }

  @Test
  void maxRawLength_densestFrame_isWithinTheBound() {
    for (int blocks : new int[] {1, 2, 100}) {
      byte[] stored = repeating(blocks);
      int rawLength = blocks * INNER_BLOCK_BYTES;
      assertThat(new ZstdCompression().maxRawLength(stored.length))
          .isBetween((long) rawLength, (long) rawLength + INNER_BLOCK_BYTES);
      assertThat(decompressed(stored, rawLength)).containsOnly('x');
    }
    assertThat(new ZstdCompression().maxRawLength(Integer.MAX_VALUE)).isPositive();
    assertThat(new ZstdCompression().maxRawLength(0)).isZero();
  }

  @Test
  void decompress_frameThatGivesMoreThanItIsAskedFor_isMalformed() {
    assertMalformed(repeating(100), INNER_BLOCK_BYTES);
  }

  @Test
  void decompress_lengthInTheFrameThatItDoesNotGive_isMalformed() {
    byte[] stored = compressed(3, TEXT);
    // The frame says its length in bytes 5 and 6, less 256.
    assertThat((stored[5] & 0xFF) + (stored[6] << 8) + 256).isEqualTo(TEXT.length);
    stored[5]++;
    assertMalformed(stored, TEXT.length);
    assertMalformed(stored, TEXT.length + 1);
  }

  @Test
  void decompress_frameThatIsSkipped_isMalformed() {
    byte[] skipped = HexFormat.of().parseHex("502a4d180400000001020304");
    byte[] frame = compressed(3, TEXT);
    assertMalformed(skipped, TEXT.length);
    assertMalformed(joined(skipped, frame), TEXT.length);
    assertMalformed(joined(frame, skipped), TEXT.length);
  }

  @Test
  void decompress_frameThatNeedsADictionary_isMalformed() {
    try (ZstdCompressCtx context = new ZstdCompressCtx()) {
      context.loadDict(Arrays.copyOf(TEXT, 1_000));
      byte[] stored = context.compress(TEXT);
      assertMalformed(stored, TEXT.length);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"22b52ffd", "23b52ffd", "24b52ffd", "25b52ffd", "26b52ffd", "27b52ffd"})
  void decompress_frameOfAnOldFormat_isMalformed(String magic) {
    byte[] stored = compressed(3, TEXT);
    System.arraycopy(HexFormat.of().parseHex(magic), 0, stored, 0, 4);
    assertMalformed(stored, TEXT.length);
  }

  @Test
  void codec_libraryCannotBeLoaded_namesPlatformDirectoryAndWayOut() {
    Runnable loader =
        () -> {
          throw new UnsatisfiedLinkError("no such library");
        };
    assertThatThrownBy(() -> NativeLibrary.load(loader))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining(System.getProperty("os.arch"))
        .hasMessageContaining(System.getProperty("java.io.tmpdir"))
        .hasMessageContaining("ZstdTempFolder")
        .hasMessageContaining("no such library");
    assertThatCode(NativeLibrary::load).doesNotThrowAnyException();
  }
}
