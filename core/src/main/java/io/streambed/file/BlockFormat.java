package io.streambed.file;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.CorruptionException;
import io.streambed.error.ForeignFileException;
import io.streambed.error.FormatVersionException;
import io.streambed.error.MalformedDataException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * Version 1 of the block file: a sequence of checksummed blocks that know where they belong.
 *
 * <pre>
 * file    := header block* footer trailer
 * header  := magic:8  format:4 (ASCII)  blockFormatVersion:u16  formatVersion:u16  fileId:16
 *            compression:16 (ASCII, zero-padded)  crc:u32                              52 bytes
 * block   := storedLength:u32  rawLength:u32  type:u8  encoding:u8  scope:u32
 *            headerCrc:u32  payload[storedLength]  payloadCrc:u32                      22 bytes + payload
 * footer  := a block of type 255, scope 0
 * trailer := footerOffset:u64  fileLength:u64  fileId:16  crc:u32  endMagic:8          44 bytes
 * </pre>
 *
 * <p>All numbers are big-endian, all checksums CRC32C. {@code encoding} is 0 for a payload stored
 * as it is (then both lengths are equal) and 1 for a compressed one, used only where it is shorter.
 *
 * <p>What the checksums cover:
 *
 * <ul>
 *   <li>header {@code crc}: the 48 bytes before it;
 *   <li>{@code headerCrc}: the file's id, the block's offset, the 14 bytes before it. So a block
 *       moved to another file or place is noticed, and a length is trusted only once verified:
 *       damage never leads to a large allocation, and the next block is found behind a damaged
 *       payload;
 *   <li>{@code payloadCrc}: what headerCrc covers, then the stored payload. So a payload cannot be
 *       exchanged for that of another block;
 *   <li>trailer {@code crc}: the header's crc and the 32 bytes before it.
 * </ul>
 *
 * <p>Blocks follow each other without a gap, the length of the file is in its trailer: there is no
 * byte that no check covers, and no byte can be missing or left over. The header's size, its field
 * places and its crc stay as they are in every later version, so that damage to a version number is
 * told apart from a newer version.
 */
public final class BlockFormat {
  /** The largest payload of a block, in raw bytes. */
  public static final int MAX_BLOCK_BYTES = 1 << 30;

  /** The largest type a caller may give to a block; the next is the footer's. */
  public static final int MAX_TYPE = 254;

  static final int VERSION = 1;
  static final int FOOTER_TYPE = 255;
  static final int STORED = 0;
  static final int COMPRESSED = 1;
  static final int HEADER_BYTES = 52;
  static final int BLOCK_HEADER_BYTES = 18;
  static final int BLOCK_CHECKED_BYTES = BLOCK_HEADER_BYTES - 4;

  /** What a block takes beside its payload. */
  public static final int BLOCK_OVERHEAD_BYTES = BLOCK_HEADER_BYTES + 4;

  static final int TRAILER_BYTES = 44;
  static final int MIN_FILE_BYTES = HEADER_BYTES + BLOCK_OVERHEAD_BYTES + TRAILER_BYTES;

  private static final int NAME_BYTES = 16;

  // A first byte that is no ASCII, so that no text file begins like this; then letters.
  private static final long MAGIC = 0x8B5354524D424544L; // .STRMBED
  private static final long END_MAGIC = 0x8B454E4453545242L; // .ENDSTRB

  private BlockFormat() {}

  /** What the header says, with its checksum. */
  record Header(FileIdentity identity, String compression, int crc) {}

  static int writeHeader(ByteWriter out, FileIdentity identity, String compression) {
    byte[] name = compression.getBytes(StandardCharsets.US_ASCII);
    if (!compression.matches("[a-z0-9-]{1," + NAME_BYTES + "}")) {
      throw new IllegalArgumentException(
          "a compression's name has 1 to 16 characters a-z, 0-9, '-': " + compression);
    }
    int start = out.position();
    out.writeLong(MAGIC);
    out.writeBytes(identity.format().getBytes(StandardCharsets.US_ASCII));
    out.writeShort(VERSION);
    out.writeShort(identity.version());
    writeId(out, identity.fileId());
    out.writeBytes(Arrays.copyOf(name, NAME_BYTES));
    int crc = crc(out.array(), start, HEADER_BYTES - 4);
    out.writeInt(crc);
    return crc;
  }

  static Header readHeader(FileInput in) throws IOException {
    int available = (int) Math.min(HEADER_BYTES, in.length());
    byte[] bytes = new byte[available];
    in.readFully(0, bytes, 0, available);
    ByteReader reader = new ByteReader(bytes);
    if (available >= Long.BYTES && reader.readLong() != MAGIC) {
      throw new ForeignFileException(in.name(), "a file of Streambed", "other first bytes");
    }
    if (available < HEADER_BYTES) {
      throw new CorruptionException(
          in.name(), 0, "a header of " + HEADER_BYTES + " bytes", available + " bytes");
    }
    int crc = crc(bytes, 0, HEADER_BYTES - 4);
    int stated = new ByteReader().set(bytes, HEADER_BYTES - 4, 4).readInt();
    expectCrc(in, 0, "header", stated, crc);
    String format = new String(reader.readBytes(4), StandardCharsets.US_ASCII);
    int blockVersion = reader.readShort() & 0xFFFF;
    if (blockVersion != VERSION) {
      throw new FormatVersionException(in.name(), "block file", blockVersion, VERSION, VERSION);
    }
    int version = reader.readShort() & 0xFFFF;
    UUID fileId = readId(reader);
    String name = new String(reader.readBytes(NAME_BYTES), StandardCharsets.US_ASCII);
    try {
      FileIdentity identity = new FileIdentity(format, version, fileId);
      return new Header(identity, name.replaceAll("\0+$", ""), crc);
    } catch (IllegalArgumentException e) {
      throw new CorruptionException(in.name(), 0, "a valid header", e.getMessage(), e);
    }
  }

  static void writeTrailer(ByteWriter out, int headerCrc, UUID fileId, long footer, long length) {
    int start = out.position();
    out.writeLong(footer);
    out.writeLong(length);
    writeId(out, fileId);
    out.writeInt(trailerCrc(headerCrc, out.array(), start));
    out.writeLong(END_MAGIC);
  }

  /** Checks the trailer and returns the footer's offset, which leaves room for a footer. */
  static long readTrailer(FileInput in, Header header) throws IOException {
    long length = in.length();
    if (length < MIN_FILE_BYTES) {
      throw new CorruptionException(
          in.name(), -1, "at least " + MIN_FILE_BYTES + " bytes", length + " bytes");
    }
    long at = length - TRAILER_BYTES;
    byte[] bytes = new byte[TRAILER_BYTES];
    in.readFully(at, bytes, 0, TRAILER_BYTES);
    ByteReader reader = new ByteReader(bytes);
    long footer = reader.readLong();
    long stated = reader.readLong();
    UUID fileId = readId(reader);
    int crc = reader.readInt();
    if (reader.readLong() != END_MAGIC) {
      throw new CorruptionException(
          in.name(), at, "the end of a block file", "other bytes: it was cut or extended");
    }
    expectCrc(in, at, "trailer", crc, trailerCrc(header.crc(), bytes, 0));
    if (stated != length
        || !fileId.equals(header.identity().fileId())
        || footer < HEADER_BYTES
        || footer > at - BLOCK_OVERHEAD_BYTES) {
      throw new CorruptionException(
          in.name(),
          at,
          "a trailer for " + length + " bytes of " + header.identity().fileId(),
          "one for " + stated + " bytes of " + fileId + ", footer at " + footer);
    }
    return footer;
  }

  /** Starts a block's checksum with the block's place; its header and payload follow. */
  static void beginBlock(CRC32C crc, ByteWriter scratch, UUID fileId, long offset) {
    scratch.reset();
    writeId(scratch, fileId);
    scratch.writeLong(offset);
    crc.reset();
    update(crc, scratch.view());
  }

  static void update(CRC32C crc, ByteView bytes) {
    crc.update(bytes.array(), bytes.offset(), bytes.length());
  }

  static void expectCrc(FileInput in, long offset, String part, int stated, int computed) {
    if (stated != computed) {
      throw new CorruptionException(
          in.name(),
          offset,
          "a " + part + " of this file and place with checksum " + Integer.toHexString(stated),
          "bytes with checksum " + Integer.toHexString(computed));
    }
  }

  /** Checks a block's lengths, which are verified but still may have been written by an enemy. */
  static void checkLengths(int stored, int raw, int encoding, long left, Compression compression) {
    if (stored < 0 || stored > left) {
      throw new MalformedDataException(
          "a payload of " + Integer.toUnsignedString(stored) + " bytes, " + left + " are left");
    }
    boolean plausible =
        switch (encoding) {
          case STORED -> raw == stored;
          case COMPRESSED -> raw > stored && raw <= compression.maxRawLength(stored);
          default -> throw new MalformedDataException("an encoding of " + encoding);
        };
    if (!plausible || raw > MAX_BLOCK_BYTES) {
      throw new MalformedDataException(
          Integer.toUnsignedString(raw) + " raw bytes in a payload of " + stored);
    }
  }

  private static int trailerCrc(int headerCrc, byte[] bytes, int start) {
    CRC32C crc = new CRC32C();
    ByteWriter seed = new ByteWriter(4);
    seed.writeInt(headerCrc);
    update(crc, seed.view());
    crc.update(bytes, start, TRAILER_BYTES - 12);
    return (int) crc.getValue();
  }

  private static int crc(byte[] bytes, int start, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, start, length);
    return (int) crc.getValue();
  }

  private static void writeId(ByteWriter out, UUID id) {
    out.writeLong(id.getMostSignificantBits());
    out.writeLong(id.getLeastSignificantBits());
  }

  private static UUID readId(ByteReader in) {
    return new UUID(in.readLong(), in.readLong());
  }
}
