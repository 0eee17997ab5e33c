package io.streambed.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.streambed.error.CorruptionException;
import io.streambed.file.BlockFiles.Sample;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Any damage to a block file ends in a {@link CorruptionException} and nothing else. */
class BlockDamageTest {
  private static final UUID OTHER_ID = UUID.fromString("ffffffff-0b0a-4908-8706-050403020100");

  static Stream<Compression> compressions() {
    return Stream.of(Compression.NONE, Compression.DEFLATE);
  }

  private static Sample sample(Compression compression) {
    return BlockFiles.sample(compression, BlockFiles.FILE_ID, BlockFiles.payloads());
  }

  @ParameterizedTest
  @MethodSource("compressions")
  void read_undamaged_givesWhatWasWritten(Compression compression) throws IOException {
    Sample sample = sample(compression);
    BlockFiles.readAll(sample.bytes(), sample);
  }

  @ParameterizedTest
  @MethodSource("compressions")
  void read_anyBitFlipped_isDetected(Compression compression) {
    Sample sample = sample(compression);
    byte[] damaged = sample.bytes().clone();
    for (int bit = 0; bit < 8 * damaged.length; bit++) {
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      expectDetected(damaged, sample, "bit " + bit);
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
    }
  }

  @ParameterizedTest
  @MethodSource("compressions")
  void read_truncatedToAnyLength_isDetected(Compression compression) {
    Sample sample = sample(compression);
    for (int length = 0; length < sample.bytes().length; length++) {
      expectDetected(Arrays.copyOf(sample.bytes(), length), sample, "length " + length);
    }
  }

  @ParameterizedTest
  @MethodSource("compressions")
  void read_extended_isDetected(Compression compression) {
    Sample sample = sample(compression);
    byte[] whole = sample.bytes();
    for (int more = 1; more < 200; more++) {
      expectDetected(Arrays.copyOf(whole, whole.length + more), sample, more + " zeros");
      byte[] repeated = Arrays.copyOf(whole, whole.length + more);
      int tail = Math.min(more, whole.length);
      System.arraycopy(whole, whole.length - tail, repeated, whole.length, tail);
      expectDetected(repeated, sample, more + " bytes of its end again");
    }
  }

  @ParameterizedTest
  @MethodSource("compressions")
  void read_anySectorZeroed_isDetected(Compression compression) {
    byte[][] payloads = new byte[20][700];
    Random random = new Random(11);
    for (byte[] payload : payloads) {
      random.nextBytes(payload);
      Arrays.fill(payload, 0, 350, (byte) 1);
    }
    Sample sample = BlockFiles.sample(compression, BlockFiles.FILE_ID, payloads);
    for (int size : new int[] {1, 16, 512}) {
      for (int at = 0; at < sample.bytes().length; at += size) {
        byte[] damaged = sample.bytes().clone();
        Arrays.fill(damaged, at, Math.min(at + size, damaged.length), (byte) 0);
        if (!Arrays.equals(damaged, sample.bytes())) {
          expectDetected(damaged, sample, size + " zeros at " + at);
        }
      }
    }
  }

  @Test
  void read_blocksOfEqualSizeSwapped_isDetected() {
    Sample sample =
        BlockFiles.sample(
            Compression.NONE,
            BlockFiles.FILE_ID,
            BlockFiles.text("first"),
            BlockFiles.text("other"),
            BlockFiles.text("third"),
            BlockFiles.text("forth"));
    int size = (int) (sample.blocks().get(1).offset() - sample.blocks().get(0).offset());
    for (BlockFiles.Written from : sample.blocks()) {
      for (BlockFiles.Written to : sample.blocks()) {
        if (from != to) {
          byte[] damaged = sample.bytes().clone();
          System.arraycopy(sample.bytes(), (int) from.offset(), damaged, (int) to.offset(), size);
          System.arraycopy(sample.bytes(), (int) to.offset(), damaged, (int) from.offset(), size);
          expectDetected(damaged, sample, from.offset() + " swapped with " + to.offset());
        }
      }
    }
  }

  @Test
  void read_payloadsSwappedWithTheirChecksums_isDetected() {
    Sample sample =
        BlockFiles.sample(
            Compression.NONE,
            BlockFiles.FILE_ID,
            BlockFiles.text("first"),
            BlockFiles.text("other"));
    int head = BlockFormat.BLOCK_HEADER_BYTES;
    int a = (int) sample.blocks().get(0).offset() + head;
    int b = (int) sample.blocks().get(1).offset() + head;
    byte[] damaged = sample.bytes().clone();
    System.arraycopy(sample.bytes(), a, damaged, b, 5 + 4);
    System.arraycopy(sample.bytes(), b, damaged, a, 5 + 4);
    expectDetected(damaged, sample, "payloads swapped");
  }

  @Test
  void read_anyPartOfAnotherFile_isDetected() {
    Sample sample = sample(Compression.DEFLATE);
    Sample other = BlockFiles.sample(Compression.DEFLATE, OTHER_ID, BlockFiles.payloads());
    assertThat(other.bytes()).hasSameSizeAs(sample.bytes());
    expectDetected(other.bytes(), sample, "the whole file");
    int length = sample.bytes().length;
    for (BlockFiles.Written block : sample.blocks()) {
      int from = (int) block.offset();
      splice(sample, other, from, from + BlockFormat.BLOCK_OVERHEAD_BYTES);
      splice(sample, other, from, length);
      splice(sample, other, 0, from);
    }
    splice(sample, other, length - BlockFormat.TRAILER_BYTES, length);
  }

  @Test
  void read_partOfAnotherFileWithTheSameId_isDetected() {
    byte[][] payloads = BlockFiles.payloads();
    Sample sample = BlockFiles.sample(Compression.NONE, BlockFiles.FILE_ID, payloads);
    payloads[0] = BlockFiles.text("abd ".repeat(100));
    Sample stale = BlockFiles.sample(Compression.NONE, BlockFiles.FILE_ID, payloads);
    int from = (int) sample.blocks().get(0).offset();
    splice(sample, stale, from, from + BlockFormat.BLOCK_HEADER_BYTES + 200);
    splice(sample, stale, from + BlockFormat.BLOCK_HEADER_BYTES + 200, from + 422);
  }

  @Test
  void read_randomNoiseOverAnyRange_isDetected() {
    Sample sample = sample(Compression.DEFLATE);
    long seed = 20260101;
    Random random = new Random(seed);
    for (int trial = 0; trial < 20_000; trial++) {
      byte[] damaged = sample.bytes().clone();
      byte[] noise = new byte[1 + random.nextInt(40)];
      random.nextBytes(noise);
      int at = random.nextInt(damaged.length - noise.length);
      System.arraycopy(noise, 0, damaged, at, noise.length);
      if (!Arrays.equals(damaged, sample.bytes())) {
        expectDetected(damaged, sample, "seed " + seed + ", trial " + trial);
      }
    }
  }

  @Test
  void next_damagedPayload_goesOnBehindIt() throws IOException {
    Sample sample = sample(Compression.NONE);
    byte[] damaged = sample.bytes().clone();
    int second = (int) sample.blocks().get(1).offset();
    damaged[second + BlockFormat.BLOCK_HEADER_BYTES + 10] ^= 1;
    try (BlockReader reader = BlockFiles.open(damaged)) {
      assertThat(reader.next().offset()).isEqualTo(sample.blocks().get(0).offset());
      try {
        reader.next();
        fail("damage not told");
      } catch (CorruptionException e) {
        assertThat(e.offset()).isEqualTo(second);
        assertThat(e.resource()).isEqualTo("sample");
      }
      assertThat(reader.next().offset()).isEqualTo(sample.blocks().get(2).offset());
    }
  }

  private static void splice(Sample into, Sample from, int start, int end) {
    byte[] damaged = into.bytes().clone();
    System.arraycopy(from.bytes(), start, damaged, start, end - start);
    assertThat(damaged).isNotEqualTo(into.bytes());
    expectDetected(damaged, into, "bytes " + start + ".." + end + " of another file");
  }

  private static void expectDetected(byte[] damaged, Sample sample, String damage) {
    try {
      BlockFiles.readAll(damaged, sample);
    } catch (CorruptionException e) {
      return;
    } catch (IOException | RuntimeException e) {
      fail("another error for " + damage, e);
    }
    fail("not detected: " + damage);
  }
}
