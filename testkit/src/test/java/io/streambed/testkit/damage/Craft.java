package io.streambed.testkit.damage;

import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * Writes block files byte by byte, with right checksums and whatever lengths are asked for: what an
 * enemy could write, and no writer of ours would. The grammar is that of {@code BlockFormat}.
 */
final class Craft {
  private static final int COMPRESSION_BYTES = 16;
  private static final int FOOTER_TYPE = 255;

  private final ByteWriter out = new ByteWriter();
  private final UUID fileId;
  private final int headerCrc;

  Craft(String format, UUID fileId, String compression) {
    this.fileId = fileId;
    out.writeLong(0x8B5354524D424544L);
    out.writeBytes(format.getBytes(StandardCharsets.US_ASCII));
    out.writeShort(1);
    out.writeShort(1);
    id(out);
    out.writeBytes(
        Arrays.copyOf(compression.getBytes(StandardCharsets.US_ASCII), COMPRESSION_BYTES));
    headerCrc = crc(out, 0, out.position());
    out.writeInt(headerCrc);
  }

  /** A block as a writer would write it; returns its offset. */
  long block(int type, int scope, ByteWriter payload) {
    return block(type, scope, payload.toByteArray(), payload.position(), false);
  }

  /** A block that claims another size when decompressed. */
  long block(int type, int scope, byte[] stored, int rawLength, boolean compressed) {
    int offset = out.position();
    ByteWriter checked = new ByteWriter();
    id(checked);
    checked.writeLong(offset);
    checked.writeInt(stored.length);
    checked.writeInt(rawLength);
    checked.writeByte(type);
    checked.writeByte(compressed ? 1 : 0);
    checked.writeInt(scope);
    int placeBytes = 24;
    out.writeBytes(checked.array(), placeBytes, checked.position() - placeBytes);
    out.writeInt(crc(checked, 0, checked.position()));
    out.writeBytes(stored);
    checked.writeBytes(stored);
    out.writeInt(crc(checked, 0, checked.position()));
    return offset;
  }

  /** Ends the file with a footer. */
  byte[] finish(ByteWriter footer) {
    return end(block(FOOTER_TYPE, 0, footer));
  }

  /** Ends the file with a footer that claims another size when decompressed. */
  byte[] finish(byte[] stored, int rawLength) {
    return end(block(FOOTER_TYPE, 0, stored, rawLength, true));
  }

  private byte[] end(long footer) {
    ByteWriter checked = new ByteWriter();
    checked.writeInt(headerCrc);
    checked.writeLong(footer);
    checked.writeLong(out.position() + 44);
    id(checked);
    out.writeBytes(checked.array(), 4, checked.position() - 4);
    out.writeInt(crc(checked, 0, checked.position()));
    out.writeLong(0x8B454E4453545242L);
    return out.toByteArray();
  }

  private void id(ByteWriter into) {
    into.writeLong(fileId.getMostSignificantBits());
    into.writeLong(fileId.getLeastSignificantBits());
  }

  private static int crc(ByteWriter bytes, int from, int length) {
    return crc(ByteView.of(Arrays.copyOfRange(bytes.array(), from, from + length)));
  }

  static int crc(ByteView bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.array(), bytes.offset(), bytes.length());
    return (int) crc.getValue();
  }
}
