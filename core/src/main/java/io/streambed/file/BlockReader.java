package io.streambed.file;

import static io.streambed.file.BlockFormat.BLOCK_CHECKED_BYTES;
import static io.streambed.file.BlockFormat.BLOCK_HEADER_BYTES;
import static io.streambed.file.BlockFormat.BLOCK_OVERHEAD_BYTES;
import static io.streambed.file.BlockFormat.COMPRESSED;
import static io.streambed.file.BlockFormat.FOOTER_TYPE;
import static io.streambed.file.BlockFormat.HEADER_BYTES;
import static io.streambed.file.BlockFormat.TRAILER_BYTES;
import static io.streambed.file.BlockFormat.expectCrc;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.CorruptionException;
import io.streambed.error.ForeignFileException;
import io.streambed.error.FormatVersionException;
import io.streambed.error.LimitExceededException;
import io.streambed.error.MalformedDataException;
import java.io.Closeable;
import java.io.IOException;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * Reads a file of {@link BlockFormat}: blocks by their offset, or all in order. Each is verified
 * before any of it is used. Threading: one thread at a time. Memory: one block, stored and raw, and
 * the footer. A block larger than a quarter of the heap is refused, the footer included.
 */
public final class BlockReader implements Closeable {
  private static final int INITIAL_BYTES = 1 << 12;
  private static final int HEAP_SHARE = 4;

  private final FileInput in;
  private final FileIdentity identity;
  private final Compression compression;
  private final Compression.Codec codec;
  private final long footerOffset;
  private final ByteView footer;
  private final CRC32C crc = new CRC32C();
  private final ByteWriter place = new ByteWriter(24);
  private final byte[] head = new byte[BLOCK_HEADER_BYTES];
  private final ByteReader fields = new ByteReader();
  private byte[] stored = new byte[0];
  private byte[] raw = new byte[0];
  private final ByteView payload = new ByteView();
  private long cursor = HEADER_BYTES;

  /**
   * A block met in file order.
   *
   * @param offset where it begins, in bytes
   * @param type what it holds
   * @param scope what it belongs to
   * @param storedLength its payload's size in the file, in bytes
   * @param payload its content, valid until the reader's next call
   */
  public record Block(long offset, int type, int scope, int storedLength, ByteView payload) {}

  private record BlockHead(
      long offset, int type, int scope, int storedLength, int rawLength, boolean compressed) {
    long end() {
      return offset + BLOCK_OVERHEAD_BYTES + storedLength;
    }
  }

  private BlockReader(FileInput in, BlockFormat.Header header, Compression... compressions)
      throws IOException {
    this.in = in;
    this.identity = header.identity();
    this.compression = compression(in, header.compression(), compressions);
    this.footerOffset = BlockFormat.readTrailer(in, header);
    this.codec = compression.codec();
    try {
      this.footer = readFooter();
    } catch (IOException | RuntimeException e) {
      codec.close();
      throw e;
    }
  }

  private static Compression compression(FileInput in, String name, Compression... known) {
    try {
      return Compression.named(name, known);
    } catch (UnknownCompressionException e) {
      throw new UnknownCompressionException(in.name(), e);
    }
  }

  /**
   * Opens a file and verifies its header, trailer and footer.
   *
   * @param in the file; the reader closes it, also if this throws
   * @param format the format that its blocks must have
   * @param oldestVersion the oldest version of that format to accept
   * @param newestVersion the newest
   * @param fileId the id that the file must have, or null for any
   * @param length the length that the file must have in bytes, or -1 for any
   * @param compressions known to the caller, looked at before those found by {@link
   *     Compression#named}
   * @return a reader that the caller closes
   * @throws ForeignFileException if it is no block file, of another format, or has another id
   * @throws FormatVersionException if its version is out of the range
   * @throws UnknownCompressionException if its compression is not here
   * @throws CorruptionException if it is damaged
   * @throws LimitExceededException if its footer is too large for this process's heap
   * @throws IOException if the storage fails
   */
  public static BlockReader open(
      FileInput in,
      String format,
      int oldestVersion,
      int newestVersion,
      UUID fileId,
      long length,
      Compression... compressions)
      throws IOException {
    try {
      BlockFormat.Header header = BlockFormat.readHeader(in);
      FileIdentity found = header.identity();
      if (!found.format().equals(format)) {
        throw new ForeignFileException(
            in.name(), "a file of format " + format, "one of format " + found.format());
      }
      if (fileId != null && !found.fileId().equals(fileId)) {
        throw new ForeignFileException(in.name(), "file " + fileId, "file " + found.fileId());
      }
      if (found.version() < oldestVersion || found.version() > newestVersion) {
        throw new FormatVersionException(
            in.name(), format, found.version(), oldestVersion, newestVersion);
      }
      if (length >= 0 && in.length() != length) {
        throw new CorruptionException(in.name(), -1, length + " bytes", in.length() + " bytes");
      }
      return new BlockReader(in, header, compressions);
    } catch (IOException | RuntimeException e) {
      try {
        in.close();
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  /**
   * What a file says it is, for tools that take any; verifies the header only.
   *
   * @param in the file; stays open
   * @return its format, version and id
   * @throws ForeignFileException if it is no block file
   * @throws FormatVersionException if it is of another version of the block format
   * @throws CorruptionException if its header is damaged
   * @throws IOException if the storage fails
   */
  public static FileIdentity identify(FileInput in) throws IOException {
    return BlockFormat.readHeader(in).identity();
  }

  /**
   * The checksum of a whole file, whatever it holds. Cost: reads all of it.
   *
   * @param in the file; stays open
   * @return the CRC32C, equal to {@link BlockWriter#checksum()} of a file left as written
   * @throws IOException if the storage fails
   */
  public static int checksum(FileInput in) throws IOException {
    CRC32C crc = new CRC32C();
    long length = in.length();
    byte[] chunk = new byte[(int) Math.min(length, 1 << 16)];
    for (long at = 0; at < length; at += chunk.length) {
      int n = (int) Math.min(chunk.length, length - at);
      in.readFully(at, chunk, 0, n);
      crc.update(chunk, 0, n);
    }
    return (int) crc.getValue();
  }

  /**
   * The version of the file's format.
   *
   * @return within the range given to {@link #open}
   */
  public int version() {
    return identity.version();
  }

  /**
   * The file's id.
   *
   * @return the id in its header
   */
  public UUID fileId() {
    return identity.fileId();
  }

  /**
   * How the file's blocks may be compressed.
   *
   * @return the name in its header
   */
  public String compression() {
    return compression.name();
  }

  /**
   * What {@link BlockWriter#finish} was given.
   *
   * @return the footer, valid as long as this reader is referenced
   */
  public ByteView footer() {
    return footer;
  }

  /**
   * Reads and verifies a block.
   *
   * @param offset what {@link BlockWriter#write} returned for it
   * @param type its type
   * @param scope its scope
   * @return its payload, valid until this reader's next call
   * @throws CorruptionException if there is no such block there, or it is damaged
   * @throws LimitExceededException if it is too large for this process's heap
   * @throws IOException if the storage fails
   */
  public ByteView read(long offset, int type, int scope) throws IOException {
    if (offset < HEADER_BYTES || offset > footerOffset - BLOCK_OVERHEAD_BYTES) {
      throw new CorruptionException(
          in.name(), offset, "a block", "the file's blocks end at " + footerOffset);
    }
    BlockHead block = readHead(offset, footerOffset);
    if (block.type != type || block.scope != scope) {
      throw new CorruptionException(
          in.name(),
          offset,
          "a block of type " + type + ", scope " + scope,
          "one of type " + block.type + ", scope " + block.scope);
    }
    return readPayload(block);
  }

  /**
   * Reads and verifies the next block in file order, from the first on. After an error in a payload
   * the next call goes on behind it, so that a tool can list all damage; after an error in a
   * block's header nothing tells where the next one begins, and the next call returns null.
   *
   * @return the block, or null after the last one
   * @throws CorruptionException if the block is damaged
   * @throws LimitExceededException if it is too large for this process's heap
   * @throws IOException if the storage fails
   */
  public Block next() throws IOException {
    if (cursor == footerOffset) {
      return null;
    }
    long offset = cursor;
    cursor = footerOffset;
    BlockHead block = readHead(offset, footerOffset);
    cursor = block.end();
    return new Block(offset, block.type, block.scope, block.storedLength, readPayload(block));
  }

  /** Closes the file and gives the decompressor's memory back; a second call does nothing. */
  @Override
  public void close() throws IOException {
    codec.close();
    in.close();
  }

  private ByteView readFooter() throws IOException {
    long end = in.length() - TRAILER_BYTES;
    BlockHead block = readHead(footerOffset, end);
    if (block.type != FOOTER_TYPE || block.scope != 0 || block.end() != end) {
      throw new CorruptionException(
          in.name(),
          footerOffset,
          "a footer up to byte " + end,
          "a block of type " + block.type + " up to byte " + block.end());
    }
    ByteView content = readPayload(block);
    if (content.length() < INITIAL_BYTES) {
      return ByteView.of(content.toByteArray());
    }
    // A long one is not copied: its buffer is the footer's from now on.
    ByteView taken = new ByteView().set(content.array(), content.offset(), content.length());
    stored = new byte[0];
    raw = stored;
    return taken;
  }

  private BlockHead readHead(long offset, long end) throws IOException {
    if (offset > end - BLOCK_OVERHEAD_BYTES) {
      throw new CorruptionException(
          in.name(), offset, "a block", (end - offset) + " bytes before the footer");
    }
    in.readFully(offset, head, 0, BLOCK_HEADER_BYTES);
    fields.set(head, 0, BLOCK_HEADER_BYTES);
    int storedLength = fields.readInt();
    int rawLength = fields.readInt();
    int type = fields.readUnsignedByte();
    int encoding = fields.readUnsignedByte();
    int scope = fields.readInt();
    BlockFormat.beginBlock(crc, place, identity.fileId(), offset);
    crc.update(head, 0, BLOCK_CHECKED_BYTES);
    expectCrc(in, offset, "block header", fields.readInt(), (int) crc.getValue());
    try {
      long left = end - offset - BLOCK_OVERHEAD_BYTES;
      BlockFormat.checkLengths(storedLength, rawLength, encoding, left, compression);
    } catch (MalformedDataException e) {
      throw new CorruptionException(in.name(), offset, "a valid block", e.getMessage(), e);
    }
    checkRoom(offset, Math.max(storedLength, rawLength));
    return new BlockHead(offset, type, scope, storedLength, rawLength, encoding == COMPRESSED);
  }

  /** A few compressed kilobytes can claim, and give, more than this process has. */
  private void checkRoom(long offset, int bytes) {
    long limit = Runtime.getRuntime().maxMemory() / HEAP_SHARE;
    if (bytes > limit) {
      throw new LimitExceededException(
          in.name() + ": the block at byte " + offset + ", in bytes,",
          bytes,
          limit,
          "That is a part of the heap: give the process a larger one.");
    }
  }

  /** Reads the payload of the block whose header was read last: its checksum goes on from there. */
  private ByteView readPayload(BlockHead block) throws IOException {
    int length = block.storedLength;
    stored = room(stored, length + 4);
    in.readFully(block.offset + BLOCK_HEADER_BYTES, stored, 0, length + 4);
    crc.update(stored, 0, length);
    int stated = fields.set(stored, length, 4).readInt();
    expectCrc(in, block.offset, "block", stated, (int) crc.getValue());
    if (!block.compressed) {
      return payload.set(stored, 0, length);
    }
    raw = room(raw, block.rawLength);
    try {
      codec.decompress(payload.set(stored, 0, length), raw, block.rawLength);
    } catch (MalformedDataException e) {
      throw new CorruptionException(
          in.name(),
          block.offset,
          block.rawLength + " bytes compressed by " + compression.name(),
          e.getMessage(),
          e);
    }
    return payload.set(raw, 0, block.rawLength);
  }

  private static byte[] room(byte[] array, int needed) {
    boolean tooLarge = array.length > ByteWriter.KEPT_BYTES && needed <= ByteWriter.KEPT_BYTES;
    return array.length < needed || tooLarge ? new byte[Math.max(needed, INITIAL_BYTES)] : array;
  }
}
