package io.streambed.testkit.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.bytes.ByteView;
import io.streambed.error.MalformedDataException;
import io.streambed.file.Compression;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Compression} owes the files of blocks. Subclass it in a test and name the
 * compression:
 *
 * <pre>{@code
 * class MyCompressionTest extends CompressionContract {
 *   protected Compression compression() { return new MyCompression(); }
 * }
 * }</pre>
 *
 * <p>Random bytes come from a seed, named in each failure; {@code -Dstreambed.seed=N} sets it.
 */
public abstract class CompressionContract {
  private static final byte[] TEXT =
      "the quick brown fox jumps over the lazy dog ".repeat(40).getBytes(StandardCharsets.US_ASCII);

  private final long seed = Long.getLong("streambed.seed", 42L);

  /** A contract over the compression that a subclass names. */
  protected CompressionContract() {}

  /**
   * The compression under test.
   *
   * @return a new or a shared one
   */
  protected abstract Compression compression();

  /** Compresses bytes that are known to become shorter. */
  private static byte[] compressed(Compression.Codec codec, byte[] raw) {
    byte[] stored = new byte[raw.length];
    int size = codec.compress(ByteView.of(raw), stored, stored.length);
    assertThat(size).as("%d raw bytes compressed", raw.length).isBetween(1, raw.length);
    return Arrays.copyOf(stored, size);
  }

  private static byte[] decompressed(Compression.Codec codec, byte[] stored, int rawLength) {
    byte[] raw = new byte[rawLength];
    codec.decompress(ByteView.of(stored), raw, rawLength);
    return raw;
  }

  private static void assertMalformed(
      Compression.Codec codec, byte[] stored, int rawLength, String what) {
    assertThatThrownBy(() -> codec.decompress(ByteView.of(stored), new byte[rawLength], rawLength))
        .as(what)
        .isInstanceOf(MalformedDataException.class);
  }

  /** Bytes out of a few letters, so that most of them can be compressed. */
  private static byte[] letters(SplittableRandom random, int length) {
    byte[] raw = new byte[length];
    int letters = 1 + random.nextInt(6);
    for (int i = 0; i < raw.length; i++) {
      raw[i] = (byte) random.nextInt(letters);
    }
    return raw;
  }

  @Test
  void name_isOneThatFilesCanCarry() {
    assertThat(compression().name()).matches("[a-z0-9-]{1,16}");
  }

  @Test
  void named_findsOneThatReadsTheSameBytes() {
    Compression found = Compression.named(compression().name());
    try (Compression.Codec writer = compression().codec();
        Compression.Codec reader = found.codec()) {
      assertThat(decompressed(reader, compressed(writer, TEXT), TEXT.length)).isEqualTo(TEXT);
    }
  }

  @Test
  void codec_manyContents_roundTripWithinTheBound() {
    SplittableRandom random = new SplittableRandom(seed);
    try (Compression.Codec codec = compression().codec()) {
      for (int trial = 0; trial < 2_000; trial++) {
        byte[] raw = letters(random, 1 + random.nextInt(trial % 100 == 0 ? 200_000 : 300));
        byte[] stored = new byte[raw.length];
        int size = codec.compress(ByteView.of(raw), stored, stored.length);
        if (size < 0) {
          continue;
        }
        assertThat((long) raw.length)
            .as("seed %d, trial %d", seed, trial)
            .isLessThanOrEqualTo(compression().maxRawLength(size));
        byte[] back = decompressed(codec, Arrays.copyOf(stored, size), raw.length);
        assertThat(back).as("seed %d, trial %d", seed, trial).isEqualTo(raw);
      }
    }
  }

  @Test
  void codec_partsOfArrays_readsAndWritesTheseOnly() {
    byte[] around = new byte[TEXT.length + 200];
    System.arraycopy(TEXT, 0, around, 100, TEXT.length);
    byte[] before = around.clone();
    byte[] back = new byte[TEXT.length + 50];
    try (Compression.Codec codec = compression().codec()) {
      byte[] expected = compressed(codec, TEXT);
      byte[] stored = new byte[TEXT.length];
      int size =
          codec.compress(new ByteView().set(around, 100, TEXT.length), stored, stored.length);
      assertThat(Arrays.copyOf(stored, size)).isEqualTo(expected);
      assertThat(around).as("the raw bytes").isEqualTo(before);
      System.arraycopy(expected, 0, around, 30, size);
      codec.decompress(new ByteView().set(around, 30, size), back, TEXT.length);
    }
    assertThat(Arrays.copyOf(back, TEXT.length)).isEqualTo(TEXT);
    assertThat(Arrays.copyOfRange(back, TEXT.length, back.length)).containsOnly(0);
  }

  @Test
  void maxRawLength_tenMegabytesOfZeros_areWithinTheBound() {
    byte[] raw = new byte[10 << 20];
    try (Compression.Codec codec = compression().codec()) {
      byte[] stored = compressed(codec, raw);
      assertThat((long) raw.length).isLessThanOrEqualTo(compression().maxRawLength(stored.length));
      assertThat(decompressed(codec, stored, raw.length)).isEqualTo(raw);
    }
  }

  @Test
  void compress_moreThanTheLimit_isToldAndNothingBeyondItWritten() {
    byte[] raw = new byte[1000];
    new SplittableRandom(seed).nextBytes(raw);
    byte[] stored = new byte[raw.length];
    try (Compression.Codec codec = compression().codec()) {
      for (int limit : new int[] {500, 10, 1}) {
        assertThat(codec.compress(ByteView.of(raw), stored, limit)).isEqualTo(-1);
        assertThat(Arrays.copyOfRange(stored, limit, 1000)).containsOnly(0);
        Arrays.fill(stored, (byte) 0);
      }
      assertThat(decompressed(codec, compressed(codec, TEXT), TEXT.length)).isEqualTo(TEXT);
    }
  }

  @Test
  void compress_sameBytesAgain_givesTheSameWhateverWasBefore() {
    SplittableRandom random = new SplittableRandom(seed);
    try (Compression.Codec used = compression().codec()) {
      for (int trial = 0; trial < 20; trial++) {
        byte[] raw = letters(random, 1_000 + random.nextInt(100_000));
        try (Compression.Codec fresh = compression().codec()) {
          assertThat(compressed(used, raw))
              .as("seed %d, trial %d", seed, trial)
              .isEqualTo(compressed(fresh, raw));
        }
      }
    }
  }

  @Test
  void decompress_cutOffOrBytesLeftOver_isMalformed() {
    try (Compression.Codec codec = compression().codec()) {
      byte[] stored = compressed(codec, TEXT);
      for (int length = 0; length < stored.length + 10; length++) {
        if (length != stored.length) {
          byte[] wrong = Arrays.copyOf(stored, length);
          assertMalformed(codec, wrong, TEXT.length, length + " of " + stored.length);
        }
      }
      byte[] twice = Arrays.copyOf(stored, 2 * stored.length);
      System.arraycopy(stored, 0, twice, stored.length, stored.length);
      assertMalformed(codec, twice, TEXT.length, "the same bytes twice, one length");
      assertMalformed(codec, twice, 2 * TEXT.length, "the same bytes twice, both lengths");
      assertThat(decompressed(codec, stored, TEXT.length)).isEqualTo(TEXT);
    }
  }

  @Test
  void decompress_anotherLength_isMalformedAndNothingBeyondItWritten() {
    try (Compression.Codec codec = compression().codec()) {
      byte[] stored = compressed(codec, TEXT);
      for (int length :
          new int[] {0, 1, TEXT.length / 2, TEXT.length - 1, TEXT.length + 1, TEXT.length * 9}) {
        byte[] into = new byte[length + 100];
        assertThatThrownBy(() -> codec.decompress(ByteView.of(stored), into, length))
            .as("%d for %d", length, TEXT.length)
            .isInstanceOf(MalformedDataException.class);
        assertThat(Arrays.copyOfRange(into, length, into.length)).containsOnly(0);
      }
    }
  }

  @Test
  void decompress_changedOrRandomBytes_givesThatLengthOrIsMalformed() {
    SplittableRandom random = new SplittableRandom(seed);
    try (Compression.Codec codec = compression().codec()) {
      byte[] stored = compressed(codec, TEXT);
      for (int trial = 0; trial < 20_000; trial++) {
        byte[] wrong = trial % 2 == 0 ? stored.clone() : new byte[random.nextInt(100)];
        if (trial % 2 == 0) {
          wrong[random.nextInt(wrong.length)] ^= (byte) (1 << random.nextInt(8));
        } else {
          random.nextBytes(wrong);
        }
        try {
          codec.decompress(ByteView.of(wrong), new byte[TEXT.length], TEXT.length);
        } catch (MalformedDataException expected) {
          // Any other exception fails the test.
        }
      }
      assertThat(decompressed(codec, stored, TEXT.length)).isEqualTo(TEXT);
    }
  }

  @Test
  void close_twice_doesNothing() {
    Compression.Codec used = compression().codec();
    decompressed(used, compressed(used, TEXT), TEXT.length);
    used.close();
    used.close();
    Compression.Codec unused = compression().codec();
    unused.close();
    unused.close();
  }
}
