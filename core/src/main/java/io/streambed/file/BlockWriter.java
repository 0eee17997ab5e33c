package io.streambed.file;

import static io.streambed.file.BlockFormat.COMPRESSED;
import static io.streambed.file.BlockFormat.FOOTER_TYPE;
import static io.streambed.file.BlockFormat.MAX_BLOCK_BYTES;
import static io.streambed.file.BlockFormat.MAX_TYPE;
import static io.streambed.file.BlockFormat.STORED;

import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.LimitExceededException;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;
import java.util.zip.CRC32C;

/**
 * Writes a file of {@link BlockFormat}, front to back, each block with one write to the stream. A
 * file without {@link #finish} is no block file. After an {@link IOException} the file is to be
 * abandoned: each later call throws. Threading: one thread at a time. Memory: up to two copies of a
 * block.
 */
public final class BlockWriter implements Closeable {
  private static final int INITIAL_BYTES = 1 << 14;

  private enum Phase {
    BLOCKS,
    WRITING,
    FINISHED
  }

  private final OutputStream out;
  private final FileIdentity identity;
  private final Compression.Codec codec;
  private final int headerCrc;
  private final CRC32C blockCrc = new CRC32C();
  private final CRC32C fileCrc = new CRC32C();
  private final ByteWriter place = new ByteWriter(24);
  private final ByteWriter frame = new ByteWriter(INITIAL_BYTES);
  private final ByteView stored = new ByteView();
  private byte[] compressed = new byte[0];
  private long length;
  private Phase phase = Phase.BLOCKS;

  /**
   * Begins a file by writing its header.
   *
   * @param out where the file goes, from here on; stays open and is never flushed, synced or closed
   * @param identity the file's format and id
   * @param compression how blocks are compressed
   * @throws IOException if the stream fails
   */
  public BlockWriter(OutputStream out, FileIdentity identity, Compression compression)
      throws IOException {
    this.out = Objects.requireNonNull(out, "out");
    this.identity = Objects.requireNonNull(identity, "identity");
    this.headerCrc = BlockFormat.writeHeader(frame, identity, compression.name());
    emit();
    this.codec = compression.codec();
  }

  /**
   * Writes a block.
   *
   * @param type what it holds, from 0 to {@link BlockFormat#MAX_TYPE}; checked on reading
   * @param scope what it belongs to, for instance a key group; checked on reading
   * @param payload its content, up to {@link BlockFormat#MAX_BLOCK_BYTES}; may be empty
   * @return the block's offset, where {@link BlockReader#read} finds it
   * @throws LimitExceededException if the payload is too large; nothing was written
   * @throws IOException if the stream fails
   */
  public long write(int type, int scope, ByteView payload) throws IOException {
    if (type < 0 || type > MAX_TYPE) {
      throw new IllegalArgumentException("type " + type + " is not in 0.." + MAX_TYPE);
    }
    return writeBlock(type, scope, payload);
  }

  /**
   * Ends the file with a footer and the trailer. Neither syncs nor closes the stream.
   *
   * @param footer the caller's, handed out by {@link BlockReader#footer()}; may be empty
   * @throws LimitExceededException if the footer is too large; nothing was written
   * @throws IOException if the stream fails
   */
  public void finish(ByteView footer) throws IOException {
    long footerOffset = writeBlock(FOOTER_TYPE, 0, footer);
    long total = length + BlockFormat.TRAILER_BYTES;
    frame.reset();
    BlockFormat.writeTrailer(frame, headerCrc, identity.fileId(), footerOffset, total);
    emit();
    phase = Phase.FINISHED;
  }

  /**
   * The file's size so far.
   *
   * @return number of bytes written to the stream
   */
  public long length() {
    return length;
  }

  /**
   * The checksum of the whole file, as {@link BlockReader#checksum} computes it.
   *
   * @return a CRC32C
   * @throws IllegalStateException before {@link #finish}
   */
  public int checksum() {
    if (phase != Phase.FINISHED) {
      throw new IllegalStateException("the file is not finished");
    }
    return (int) fileCrc.getValue();
  }

  /** Gives the compressor's memory back; leaves the stream open. */
  @Override
  public void close() {
    codec.close();
  }

  private long writeBlock(int type, int scope, ByteView payload) throws IOException {
    if (payload.length() > MAX_BLOCK_BYTES) {
      throw new LimitExceededException(
          "A block in bytes", payload.length(), MAX_BLOCK_BYTES, "Split it.");
    }
    if (phase != Phase.BLOCKS) {
      throw new IllegalStateException(
          phase == Phase.FINISHED ? "the file is finished" : "an earlier write failed");
    }
    long offset = length;
    int encoding = compress(payload) ? COMPRESSED : STORED;
    ByteView content = encoding == COMPRESSED ? stored : payload;
    frame.reset();
    frame.writeInt(content.length());
    frame.writeInt(payload.length());
    frame.writeByte(type);
    frame.writeByte(encoding);
    frame.writeInt(scope);
    BlockFormat.beginBlock(blockCrc, place, identity.fileId(), offset);
    BlockFormat.update(blockCrc, frame.view());
    frame.writeInt((int) blockCrc.getValue());
    BlockFormat.update(blockCrc, content);
    frame.writeBytes(content);
    frame.writeInt((int) blockCrc.getValue());
    emit();
    return offset;
  }

  private boolean compress(ByteView payload) {
    int limit = payload.length() - 1;
    if (limit > compressed.length || compressed.length > ByteWriter.KEPT_BYTES) {
      compressed = new byte[Math.max(limit, INITIAL_BYTES)];
    }
    int size = limit <= 0 ? -1 : codec.compress(payload, compressed, limit);
    if (size < 0) {
      return false;
    }
    stored.set(compressed, 0, size);
    return true;
  }

  private void emit() throws IOException {
    phase = Phase.WRITING;
    out.write(frame.array(), 0, frame.position());
    BlockFormat.update(fileCrc, frame.view());
    length += frame.position();
    frame.trim(ByteWriter.KEPT_BYTES);
    phase = Phase.BLOCKS;
  }
}
