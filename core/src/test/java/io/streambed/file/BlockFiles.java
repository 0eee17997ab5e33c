package io.streambed.file;

import io.streambed.bytes.ByteView;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** Small block files for tests, with what they hold. */
final class BlockFiles {
  static final String FORMAT = "KEYD";
  static final int VERSION = 3;
  static final UUID FILE_ID = UUID.fromString("0f0e0d0c-0b0a-4908-8706-050403020100");

  record Written(int type, int scope, byte[] payload, long offset) {}

  record Sample(byte[] bytes, List<Written> blocks, byte[] footer, int checksum) {}

  private BlockFiles() {}

  static Sample sample(Compression compression, UUID fileId, byte[]... payloads) {
    List<Written> blocks = new ArrayList<>();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] footer = text("the footer");
    FileIdentity identity = new FileIdentity(FORMAT, VERSION, fileId);
    try (BlockWriter writer = new BlockWriter(out, identity, compression)) {
      for (int i = 0; i < payloads.length; i++) {
        int type = 1 + i % 3;
        int scope = 1000 + i;
        long offset = writer.write(type, scope, ByteView.of(payloads[i]));
        blocks.add(new Written(type, scope, payloads[i], offset));
      }
      writer.finish(ByteView.of(footer));
      return new Sample(out.toByteArray(), blocks, footer, writer.checksum());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Payloads that compress well, badly, and not at all for being empty. */
  static byte[][] payloads() {
    byte[] random = new byte[300];
    new Random(7).nextBytes(random);
    return new byte[][] {
      text("abc ".repeat(100)), random, {}, text("x"), text("the quick brown fox ".repeat(20))
    };
  }

  static BlockReader open(byte[] bytes) throws IOException {
    return BlockReader.open(FileInput.of("sample", bytes), FORMAT, 1, VERSION, FILE_ID, -1);
  }

  /** Reads all there is, by offset and in order, and fails if anything is not as written. */
  static void readAll(byte[] bytes, Sample expected) throws IOException {
    try (BlockReader reader = open(bytes)) {
      require(ByteView.of(expected.footer).contentEquals(reader.footer()), "footer");
      require(reader.version() == VERSION, "version");
      for (Written block : expected.blocks) {
        ByteView payload = reader.read(block.offset, block.type, block.scope);
        require(payload.contentEquals(ByteView.of(block.payload)), "payload at " + block.offset);
      }
      for (Written block : expected.blocks) {
        BlockReader.Block next = reader.next();
        require(next != null && next.offset() == block.offset, "order");
        require(next.type() == block.type && next.scope() == block.scope, "type and scope");
        require(next.payload().contentEquals(ByteView.of(block.payload)), "payload in order");
      }
      require(reader.next() == null, "the end");
    }
  }

  static byte[] text(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("read without an error but wrong: " + what);
    }
  }
}
