package io.streambed.fuzz;

import io.streambed.bytes.ByteWriter;
import io.streambed.error.CorruptionException;
import io.streambed.file.BlockReader;
import io.streambed.file.FileInput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The frame of every file: header, lengths of blocks, footer and trailer are the fuzzer's, and each
 * checksum is right.
 *
 * <pre>
 * input := blockVersion:u8 version:u8 compression:u8 footerAt:i32 length:i32 block*
 * block := storedLength:i32 rawLength:i32 type:u8 encoding:u8 scope:u8 length:u16 payload
 * </pre>
 *
 * A stored length of -1 stands for the true one, and so do a footer and a file length of -1.
 */
final class BlockFileTarget implements FuzzTarget {
  private static final String FORMAT = "FUZZ";
  private static final String NAME = "/fuzzed/file";
  private static final UUID ID = new UUID(0x5EED, 13);
  private static final List<String> COMPRESSIONS = List.of("none", "deflate", "zstd", "other", "");
  private static final int NAME_BYTES = 16;
  private static final int TRUE = -1;

  @Override
  public List<byte[]> seeds() {
    byte[] text = "twelve bytes".getBytes(StandardCharsets.US_ASCII);
    return List.of(
        block(block(start(0), 12, 1, text), 12, 255, text).build(),
        block(block(start(1), 12, 1, text), 12, 255, text).build(),
        block(block(start(2), Integer.MAX_VALUE, 1, text), 12, 255, text).build(),
        block(start(3), 12, 255, text).build(),
        // So few bytes of Zstandard can become a gigabyte.
        block(block(start(2), 1 << 30, 1, new byte[40_000]), 12, 255, text).build());
  }

  private static FuzzInput.Builder start(int compression) {
    return new FuzzInput.Builder().add(1).add(1).add(compression).addInt(TRUE).addInt(TRUE);
  }

  private static FuzzInput.Builder block(
      FuzzInput.Builder out, int rawLength, int type, byte[] payload) {
    int encoding = rawLength == payload.length ? 0 : 1;
    return out.addInt(TRUE).addInt(rawLength).add(type).add(encoding).add(0).addSized(payload);
  }

  @Override
  public void run(byte[] input) throws IOException {
    byte[] file = file(new FuzzInput(input));
    Trial.naming(
        NAME,
        () -> {
          BlockReader.identify(FileInput.of(NAME, file));
          try (BlockReader reader =
              BlockReader.open(FileInput.of(NAME, file), FORMAT, 1, 3, null, -1)) {
            readAll(reader);
          }
        });
  }

  /** Reads block after block as a tool does, which goes on behind a damaged one. */
  private static void readAll(BlockReader reader) throws IOException {
    CorruptionException first = null;
    for (boolean more = true; more; ) {
      try {
        BlockReader.Block block = reader.next();
        more = block != null;
        if (more) {
          reader.read(block.offset(), block.type(), block.scope());
        }
      } catch (CorruptionException e) {
        first = first == null ? e : first;
      }
    }
    if (first != null) {
      throw first;
    }
  }

  private static byte[] file(FuzzInput in) {
    ByteWriter out = new ByteWriter();
    out.writeLong(0x8B5354524D424544L);
    out.writeBytes(FORMAT.getBytes(StandardCharsets.US_ASCII));
    out.writeShort(in.nextByte());
    out.writeShort(in.nextByte());
    id(out);
    String compression = COMPRESSIONS.get(in.nextByte() % COMPRESSIONS.size());
    out.writeBytes(Arrays.copyOf(compression.getBytes(StandardCharsets.US_ASCII), NAME_BYTES));
    int headerCrc = crc(out.toByteArray());
    out.writeInt(headerCrc);
    int footerAt = in.nextInt();
    int length = in.nextInt();
    int last = out.position();
    while (in.hasMore()) {
      last = out.position();
      block(in, out);
    }
    ByteWriter trailer = new ByteWriter();
    trailer.writeInt(headerCrc);
    trailer.writeLong(footerAt == TRUE ? last : footerAt);
    trailer.writeLong(length == TRUE ? out.position() + 44 : length);
    id(trailer);
    byte[] checked = trailer.toByteArray();
    out.writeBytes(Arrays.copyOfRange(checked, Integer.BYTES, checked.length));
    out.writeInt(crc(checked));
    out.writeLong(0x8B454E4453545242L);
    return out.toByteArray();
  }

  private static void block(FuzzInput in, ByteWriter out) {
    int stored = in.nextInt();
    int raw = in.nextInt();
    int type = in.nextByte();
    int encoding = in.nextByte();
    int scope = in.nextByte();
    byte[] payload = in.nextSized();
    ByteWriter checked = new ByteWriter();
    id(checked);
    checked.writeLong(out.position());
    int place = checked.position();
    checked.writeInt(stored == TRUE ? payload.length : stored);
    checked.writeInt(raw);
    checked.writeByte(type);
    checked.writeByte(encoding);
    checked.writeInt(scope);
    byte[] head = checked.toByteArray();
    out.writeBytes(Arrays.copyOfRange(head, place, head.length));
    out.writeInt(crc(head));
    out.writeBytes(payload);
    checked.writeBytes(payload);
    out.writeInt(crc(checked.toByteArray()));
  }

  private static void id(ByteWriter out) {
    out.writeLong(ID.getMostSignificantBits());
    out.writeLong(ID.getLeastSignificantBits());
  }

  private static int crc(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }
}
