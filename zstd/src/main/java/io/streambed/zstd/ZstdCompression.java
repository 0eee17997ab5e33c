package io.streambed.zstd;

import io.streambed.error.StorageException;
import io.streambed.file.Compression;

/**
 * Zstandard: smaller files than {@link Compression#DEFLATE} for less processor time. Each block is
 * one frame (RFC 8878) without a checksum of its own, because blocks have one. Files written at any
 * level are read wherever this artifact is on the class path; the reader does not name it.
 *
 * <p>Threading: immutable; a codec belongs to one thread at a time. Memory: native, outside of the
 * Java heap, from the first use of a codec until it is closed. The higher the level, the more.
 *
 * @param level from {@link #MIN_LEVEL}, the fastest, to {@link #MAX_LEVEL}, the smallest files. A
 *     higher level costs more time to write, and hardly more to read
 */
public record ZstdCompression(int level) implements Compression {
  /** The fastest level: 1. */
  public static final int MIN_LEVEL = 1;

  /** The level with the smallest files: 22. */
  public static final int MAX_LEVEL = 22;

  /** The level if no other is asked for: 1, because checkpoints are written much more than read. */
  public static final int DEFAULT_LEVEL = 1;

  /** A block within a frame has up to this many raw bytes. */
  private static final long MAX_RAW_BYTES_OF_A_BLOCK = 128 << 10;

  /** A block within a frame has at least this many bytes if it has content: a header and a byte. */
  private static final int MIN_BYTES_OF_A_BLOCK = 4;

  /**
   * Checks the level.
   *
   * @throws IllegalArgumentException if the level is out of its range
   */
  public ZstdCompression {
    if (level < MIN_LEVEL || level > MAX_LEVEL) {
      throw new IllegalArgumentException(
          "the level of Zstandard is "
              + level
              + ", which is not in "
              + MIN_LEVEL
              + ".."
              + MAX_LEVEL);
    }
  }

  /** The default level; also what {@link java.util.ServiceLoader} calls. */
  public ZstdCompression() {
    this(DEFAULT_LEVEL);
  }

  @Override
  public String name() {
    return "zstd";
  }

  /** The most are given by blocks that repeat one byte. */
  @Override
  public long maxRawLength(int storedLength) {
    return storedLength / MIN_BYTES_OF_A_BLOCK * MAX_RAW_BYTES_OF_A_BLOCK;
  }

  /**
   * The working memory of one reader or writer. The first call of a process loads the native
   * library.
   *
   * @return a new codec that the caller closes
   * @throws StorageException if the native library cannot be loaded
   */
  @Override
  public Codec codec() {
    NativeLibrary.load();
    return new ZstdCodec(level);
  }
}
