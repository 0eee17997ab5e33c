package io.streambed.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.CorruptionException;
import io.streambed.error.ForeignFileException;
import io.streambed.error.FormatVersionException;
import io.streambed.error.LimitExceededException;
import io.streambed.file.BlockFiles.Sample;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class BlockFileTest {
  private static final FileIdentity IDENTITY =
      new FileIdentity(BlockFiles.FORMAT, BlockFiles.VERSION, BlockFiles.FILE_ID);

  /** Version 1 without compression: read for ever, and still written bit by bit like this. */
  private static final String GOLDEN_NONE =
      "8b5354524d4245444b455944000100030f0e0d0c0b0a490887060504030201006e6f6e6500000000"
          + "00000000000000000a731c150000001e0000001e0100000003e8aeb2d49d61626361626361626361"
          + "62636162636162636162636162636162636162636d0c387100000000000000000200000003e919ae"
          + "8d3119ae8d3100000001000000010300000003ea2af05014787ed2ffb30000000a0000000aff0000"
          + "0000001b83e2c274686520666f6f7465723bf735f3000000000000009500000000000000e10f0e0d"
          + "0c0b0a49088706050403020100a9aad6818b454e4453545242";

  /** Version 1 with deflate: read for ever; another JDK may deflate to other bytes. */
  private static final String GOLDEN_DEFLATE =
      "8b5354524d4245444b455944000100030f0e0d0c0b0a490887060504030201006465666c61746500"
          + "0000000000000000e8470e63000000070000001e0101000003e8f07c94554b4c4a4ec48d001dc60e"
          + "de00000000000000000200000003e9e1e82971e1e8297100000001000000010300000003ea1bbb38"
          + "3878131df5d50000000a0000000aff0000000000f5aa1e3c74686520666f6f7465721866b7440000"
          + "00000000007e00000000000000ca0f0e0d0c0b0a490887060504030201006e6537898b454e445354"
          + "5242";

  private static final byte[][] GOLDEN_PAYLOADS = {
    BlockFiles.text("abcabcabcabcabcabcabcabcabcabc"), {}, BlockFiles.text("x")
  };

  private static Sample golden(Compression compression) {
    return BlockFiles.sample(compression, BlockFiles.FILE_ID, GOLDEN_PAYLOADS);
  }

  @Test
  void read_goldenFilesOfVersion1_givesTheirContent() throws IOException {
    HexFormat hex = HexFormat.of();
    BlockFiles.readAll(hex.parseHex(GOLDEN_NONE), golden(Compression.NONE));
    Sample deflated = golden(Compression.DEFLATE);
    try (BlockReader reader = BlockFiles.open(hex.parseHex(GOLDEN_DEFLATE))) {
      for (BlockFiles.Written block : deflated.blocks()) {
        assertThat(reader.next().payload().toByteArray()).isEqualTo(block.payload());
      }
      assertThat(reader.next()).isNull();
    }
  }

  @Test
  void write_withoutCompression_givesTheGoldenBytes() {
    assertThat(HexFormat.of().formatHex(golden(Compression.NONE).bytes())).isEqualTo(GOLDEN_NONE);
  }

  @Test
  void write_deflate_storesShorterAndOnlyWhereShorter() {
    int plain = golden(Compression.NONE).bytes().length;
    int deflated = golden(Compression.DEFLATE).bytes().length;
    assertThat(deflated).isLessThan(plain);
    byte[] one = {42};
    assertThat(BlockFiles.sample(Compression.DEFLATE, BlockFiles.FILE_ID, one).bytes())
        .hasSameSizeAs(BlockFiles.sample(Compression.NONE, BlockFiles.FILE_ID, one).bytes());
  }

  @Test
  void checksum_ofFinishedFile_isTheCrcOfItsBytes() throws IOException {
    byte[][] payloads = {new byte[200_000]};
    Arrays.fill(payloads[0], (byte) 5);
    Sample sample = BlockFiles.sample(Compression.NONE, BlockFiles.FILE_ID, payloads);
    CRC32C crc = new CRC32C();
    crc.update(sample.bytes());
    assertThat(sample.checksum()).isEqualTo((int) crc.getValue());
    assertThat(BlockReader.checksum(FileInput.of("sample", sample.bytes())))
        .isEqualTo(sample.checksum());
    assertThat(BlockReader.checksum(FileInput.of("empty", new byte[0]))).isZero();
  }

  @Test
  void read_afterLargeBlocks_reusesAndDropsBuffers() throws IOException {
    byte[] large = new byte[3 << 20];
    byte[][] payloads = {large, {1, 2}, large, new byte[5000], {3}};
    for (Compression compression : new Compression[] {Compression.NONE, Compression.DEFLATE}) {
      Sample sample = BlockFiles.sample(compression, BlockFiles.FILE_ID, payloads);
      BlockFiles.readAll(sample.bytes(), sample);
    }
  }

  @Test
  void open_notABlockFile_isForeign() {
    assertThatThrownBy(() -> BlockFiles.open(BlockFiles.text("some other file, long enough")))
        .isInstanceOf(ForeignFileException.class)
        .hasMessageContaining("sample");
  }

  @Test
  void open_otherFormatOrId_isForeign() {
    FileInput input = FileInput.of("f", golden(Compression.NONE).bytes());
    assertThatThrownBy(() -> BlockReader.open(input, "OPER", 1, 9, null, -1))
        .isInstanceOf(ForeignFileException.class)
        .hasMessageContaining("OPER")
        .hasMessageContaining("KEYD");
    UUID other = new UUID(1, 2);
    assertThatThrownBy(() -> BlockReader.open(input, "KEYD", 1, 9, other, -1))
        .isInstanceOf(ForeignFileException.class)
        .hasMessageContaining(other.toString())
        .hasMessageContaining(BlockFiles.FILE_ID.toString());
  }

  @Test
  void open_versionOutOfRange_isToldWithDirection() {
    FileInput input = FileInput.of("f", golden(Compression.NONE).bytes());
    assertThatThrownBy(() -> BlockReader.open(input, "KEYD", 1, 2, null, -1))
        .isInstanceOf(FormatVersionException.class)
        .hasMessageContaining("newer");
    assertThatThrownBy(() -> BlockReader.open(input, "KEYD", 4, 5, null, -1))
        .isInstanceOf(FormatVersionException.class)
        .hasMessageContaining("older");
  }

  @Test
  void open_otherBlockFormatVersion_isAVersionErrorNotDamage() {
    byte[] bytes = golden(Compression.NONE).bytes();
    bytes[13] = 9;
    reseal(bytes, 0, BlockFormat.HEADER_BYTES);
    assertThatThrownBy(() -> BlockFiles.open(bytes))
        .isInstanceOf(FormatVersionException.class)
        .hasMessageContaining("version 9 of the block file format");
  }

  @Test
  void open_otherLengthThanExpected_isCorrupt() {
    Sample sample = golden(Compression.NONE);
    FileInput input = FileInput.of("f", sample.bytes());
    assertThatThrownBy(() -> BlockReader.open(input, "KEYD", 1, 3, null, sample.bytes().length - 1))
        .isInstanceOf(CorruptionException.class);
  }

  @Test
  void open_unknownCompression_namesItAndTheWayOut() {
    byte[] bytes = golden(Compression.NONE).bytes();
    System.arraycopy(BlockFiles.text("zstd"), 0, bytes, 32, 4);
    reseal(bytes, 0, BlockFormat.HEADER_BYTES);
    assertThatThrownBy(() -> BlockFiles.open(bytes))
        .isInstanceOf(UnknownCompressionException.class)
        .hasMessageContaining("zstd")
        .hasMessageContaining("class path");
  }

  @Test
  void open_fails_closesTheInput() {
    boolean[] closed = {false};
    FileInput input =
        new FileInput() {
          @Override
          public long length() {
            return 0;
          }

          @Override
          public int read(long position, byte[] into, int offset, int length) {
            return -1;
          }

          @Override
          public String name() {
            return "empty";
          }

          @Override
          public void close() {
            closed[0] = true;
          }
        };
    assertThatThrownBy(() -> BlockReader.open(input, "KEYD", 1, 1, null, -1))
        .isInstanceOf(CorruptionException.class);
    assertThat(closed[0]).isTrue();
  }

  @Test
  @Tag("FLINK-19300")
  void open_shortReads_areCompleted() throws IOException {
    byte[] bytes = golden(Compression.DEFLATE).bytes();
    FileInput whole = FileInput.of("f", bytes);
    FileInput drops =
        new FileInput() {
          @Override
          public long length() throws IOException {
            return whole.length();
          }

          @Override
          public int read(long position, byte[] into, int offset, int length) throws IOException {
            return whole.read(position, into, offset, 1);
          }

          @Override
          public String name() {
            return "drops";
          }

          @Override
          public void close() {}
        };
    try (BlockReader reader = BlockReader.open(drops, "KEYD", 3, 3, null, bytes.length)) {
      assertThat(reader.next().payload().toByteArray()).isEqualTo(GOLDEN_PAYLOADS[0]);
    }
  }

  @Test
  void identify_anyBlockFile_givesItsIdentity() throws IOException {
    FileInput input = FileInput.of("f", golden(Compression.DEFLATE).bytes());
    assertThat(BlockReader.identify(input)).isEqualTo(IDENTITY);
  }

  @Test
  void read_wrongTypeScopeOrOffset_isCorrupt() throws IOException {
    Sample sample = golden(Compression.NONE);
    BlockFiles.Written first = sample.blocks().get(0);
    try (BlockReader reader = BlockFiles.open(sample.bytes())) {
      assertThatThrownBy(() -> reader.read(first.offset(), first.type() + 1, first.scope()))
          .isInstanceOf(CorruptionException.class)
          .hasMessageContaining("type 2");
      assertThatThrownBy(() -> reader.read(first.offset(), first.type(), -1))
          .isInstanceOf(CorruptionException.class)
          .hasMessageContaining("scope -1");
      for (long offset : new long[] {Long.MIN_VALUE, -1, 0, 53, 1 << 20, Long.MAX_VALUE}) {
        assertThatThrownBy(() -> reader.read(offset, 1, 1000))
            .isInstanceOf(CorruptionException.class);
      }
    }
  }

  @Test
  void read_hostileLengthsWithValidChecksums_costsLittleMemory() {
    for (int stored : new int[] {-1, 1 << 30, Integer.MAX_VALUE, 31}) {
      expectCheaplyRefused(stored, 30, 0);
    }
    for (int both : new int[] {-1, 1 << 30, (1 << 30) + 1, Integer.MAX_VALUE, 400}) {
      expectCheaplyRefused(both, both, 0);
    }
    for (int raw : new int[] {-1, 1 << 30, Integer.MAX_VALUE, 31, 29, 0}) {
      expectCheaplyRefused(30, raw, 0);
    }
    for (int raw : new int[] {-1, 0, 30, 30 * 1032 + 65, 1 << 30, Integer.MAX_VALUE}) {
      expectCheaplyRefused(30, raw, 1);
    }
    expectCheaplyRefused(30, 31, 2);
    expectCheaplyRefused(30, 31, 255);
  }

  @Test
  void read_compressedBytesThatGiveAnotherLength_isCorrupt() throws IOException {
    Sample sample = golden(Compression.DEFLATE);
    int at = (int) sample.blocks().get(0).offset();
    for (int raw : new int[] {20, 29, 31, 32, 100}) {
      byte[] bytes = sample.bytes().clone();
      bytes[at + 7] = (byte) raw;
      resealBlock(bytes, at);
      try (BlockReader reader = BlockFiles.open(bytes)) {
        assertThatThrownBy(reader::next)
            .isInstanceOf(CorruptionException.class)
            .hasMessageContaining("compressed by deflate");
      }
    }
  }

  @Test
  void open_trailerOfAnotherLengthOrPlaceWithValidChecksum_isCorrupt() {
    byte[] whole = golden(Compression.NONE).bytes();
    int end = whole.length - BlockFormat.TRAILER_BYTES;
    long footer = new ByteReader().set(whole, end, 8).readLong();
    expectRefused(withTrailer(whole, end, footer, whole.length + 1), "a trailer for");
    expectRefused(withTrailer(whole, end, footer, whole.length - 1), "a trailer for");
    expectRefused(withTrailer(whole, end, -1, whole.length), "a trailer for");
    expectRefused(withTrailer(whole, end, 51, whole.length), "a trailer for");
    expectRefused(withTrailer(whole, end, end - 21, whole.length), "a trailer for");
    expectRefused(withTrailer(whole, end, 52, whole.length), "a footer up to");
    byte[] gap = Arrays.copyOf(whole, whole.length + 1);
    expectRefused(withTrailer(gap, end + 1, footer, gap.length), "a footer up to");
  }

  private static byte[] withTrailer(byte[] file, int at, long footer, long length) {
    int headerCrc = new ByteReader().set(file, BlockFormat.HEADER_BYTES - 4, 4).readInt();
    ByteWriter trailer = new ByteWriter();
    BlockFormat.writeTrailer(trailer, headerCrc, BlockFiles.FILE_ID, footer, length);
    byte[] changed = Arrays.copyOf(file, at + trailer.position());
    System.arraycopy(trailer.array(), 0, changed, at, trailer.position());
    return changed;
  }

  private static void expectRefused(byte[] bytes, String expected) {
    assertThatThrownBy(() -> BlockFiles.open(bytes))
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining(expected);
  }

  @Test
  void write_unusableArguments_areRefused() throws IOException {
    try (BlockWriter writer =
        new BlockWriter(OutputStream.nullOutputStream(), IDENTITY, Compression.NONE)) {
      ByteView empty = new ByteView();
      assertThatIllegalArgumentException().isThrownBy(() -> writer.write(-1, 0, empty));
      assertThatIllegalArgumentException().isThrownBy(() -> writer.write(255, 0, empty));
      ByteView huge = new ByteView().set(new byte[0], 0, BlockFormat.MAX_BLOCK_BYTES + 1);
      assertThatThrownBy(() -> writer.write(1, 0, huge)).isInstanceOf(LimitExceededException.class);
      assertThatIllegalStateException().isThrownBy(writer::checksum);
      writer.finish(empty);
      assertThatIllegalStateException().isThrownBy(() -> writer.write(1, 0, empty));
      assertThatIllegalStateException().isThrownBy(() -> writer.finish(empty));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FileIdentity("keyd", 1, BlockFiles.FILE_ID));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FileIdentity("KEYD", 65536, BlockFiles.FILE_ID));
  }

  @Test
  void write_afterAFailedWrite_isRefused() throws IOException {
    int[] room = {BlockFormat.HEADER_BYTES};
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            if (room[0]-- == 0) {
              throw new IOException("full");
            }
          }
        };
    try (BlockWriter writer = new BlockWriter(full, IDENTITY, Compression.NONE)) {
      ByteView payload = ByteView.of(new byte[] {1});
      assertThatThrownBy(() -> writer.write(1, 0, payload)).hasMessage("full");
      room[0] = 1000;
      assertThatIllegalStateException().isThrownBy(() -> writer.write(1, 0, payload));
      assertThatIllegalStateException().isThrownBy(() -> writer.finish(payload));
      assertThat(writer.length()).isEqualTo(BlockFormat.HEADER_BYTES);
    }
  }

  @Test
  void write_offset_isWhatIsInTheStreamAlready() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (BlockWriter writer = new BlockWriter(out, IDENTITY, Compression.DEFLATE)) {
      for (byte[] payload : BlockFiles.payloads()) {
        assertThat(writer.write(1, 0, ByteView.of(payload))).isLessThan(out.size());
        assertThat(writer.length()).isEqualTo(out.size());
      }
    }
  }

  private static void expectCheaplyRefused(int stored, int raw, int encoding) {
    Sample sample = golden(Compression.DEFLATE);
    int at = (int) sample.blocks().get(0).offset();
    byte[] bytes = sample.bytes().clone();
    ByteWriter head = new ByteWriter();
    head.writeInt(stored);
    head.writeInt(raw);
    head.writeByte(1);
    head.writeByte(encoding);
    System.arraycopy(head.array(), 0, bytes, at, head.position());
    resealHead(bytes, at);
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    assertThatThrownBy(
            () -> {
              try (BlockReader reader = BlockFiles.open(bytes)) {
                reader.next();
              }
            })
        .as("stored %d raw %d encoding %d", stored, raw, encoding)
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining("a valid block");
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1 << 20);
  }

  /** Computes a checksum anew, as an enemy would. */
  private static void reseal(byte[] bytes, int start, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, start, length - 4);
    store(bytes, start + length - 4, crc);
  }

  private static CRC32C resealHead(byte[] bytes, int at) {
    CRC32C crc = new CRC32C();
    BlockFormat.beginBlock(crc, new ByteWriter(), BlockFiles.FILE_ID, at);
    crc.update(bytes, at, BlockFormat.BLOCK_CHECKED_BYTES);
    store(bytes, at + BlockFormat.BLOCK_CHECKED_BYTES, crc);
    return crc;
  }

  private static void resealBlock(byte[] bytes, int at) {
    CRC32C crc = resealHead(bytes, at);
    int stored = new ByteReader().set(bytes, at, 4).readInt();
    crc.update(bytes, at + BlockFormat.BLOCK_HEADER_BYTES, stored);
    store(bytes, at + BlockFormat.BLOCK_HEADER_BYTES + stored, crc);
  }

  private static void store(byte[] bytes, int at, CRC32C crc) {
    ByteWriter four = new ByteWriter();
    four.writeInt((int) crc.getValue());
    System.arraycopy(four.array(), 0, bytes, at, 4);
  }
}
