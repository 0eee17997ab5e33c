package io.streambed.snapshot;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.MalformedDataException;
import java.util.Arrays;
import java.util.Objects;
import java.util.UUID;

/**
 * Names one written stream: a file of the checkpoint, the bytes themselves where they are few, or a
 * file that several checkpoints of a job share.
 *
 * <pre>
 * handle := 1 fileId:16 checksum:u32 name:text length:varlong
 *         | 2 fileId:16 checksum:u32 length:varint content
 *         | 3 fileId:16 checksum:u32 length:varlong
 * </pre>
 */
public sealed interface StreamHandle {
  /**
   * The identity of the stream: repeated by its header, or its name if it is shared.
   *
   * @return drawn anew for each stream, never reused
   */
  UUID fileId();

  /**
   * The size.
   *
   * @return bytes
   */
  long length();

  /**
   * CRC32C of all bytes.
   *
   * @return the checksum
   */
  int checksum();

  /**
   * A file in the checkpoint's directory.
   *
   * @param fileId the identity that the file's header repeats
   * @param checksum CRC32C of all bytes
   * @param name the file's name, without directories
   * @param length its size in bytes
   */
  record InFile(UUID fileId, int checksum, String name, long length) implements StreamHandle {
    /** Checks that the name leads nowhere else, on Windows neither: there a drive has a colon. */
    public InFile {
      Objects.requireNonNull(fileId, "fileId");
      if (name.isEmpty()
          || name.equals(".")
          || name.equals("..")
          || name.indexOf('/') >= 0
          || name.indexOf('\\') >= 0
          || name.indexOf(':') >= 0
          || name.indexOf('\0') >= 0
          || length < 0) {
        throw new IllegalArgumentException("no file \"" + name + "\" of " + length + " bytes");
      }
    }
  }

  /** Bytes kept in the metadata itself. */
  final class Inline implements StreamHandle {
    private final UUID fileId;
    private final int checksum;
    private final byte[] content;

    /**
     * A handle that is its content.
     *
     * @param fileId the identity that the content's header repeats
     * @param checksum CRC32C of all bytes
     * @param content the bytes; the handle owns them from now on
     */
    public Inline(UUID fileId, int checksum, byte[] content) {
      this.fileId = Objects.requireNonNull(fileId, "fileId");
      this.checksum = checksum;
      this.content = content;
    }

    @Override
    public UUID fileId() {
      return fileId;
    }

    @Override
    public long length() {
      return content.length;
    }

    @Override
    public int checksum() {
      return checksum;
    }

    /**
     * The bytes.
     *
     * @return the live array, not to be changed
     */
    public byte[] content() {
      return content;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Inline that
          && fileId.equals(that.fileId)
          && checksum == that.checksum
          && Arrays.equals(content, that.content);
    }

    @Override
    public int hashCode() {
      return fileId.hashCode();
    }

    @Override
    public String toString() {
      return "Inline[" + fileId + ", " + content.length + " bytes]";
    }
  }

  /**
   * A file that checkpoints of one job share. Its content is a store's own.
   *
   * @param fileId its identity, which it is named by
   * @param checksum CRC32C of all bytes
   * @param length its size in bytes
   */
  record Shared(UUID fileId, int checksum, long length) implements StreamHandle {
    /** The smallest size of one in its grammar. */
    static final int MIN_BYTES = 22;

    /** Checks the parts. */
    public Shared {
      Objects.requireNonNull(fileId, "fileId");
      if (length < 0) {
        throw new IllegalArgumentException("a shared file of " + length + " bytes");
      }
    }
  }

  /**
   * Appends a handle in its grammar.
   *
   * @param out where to append
   */
  default void write(ByteWriter out) {
    out.writeByte(this instanceof InFile ? 1 : this instanceof Inline ? 2 : 3);
    out.writeLong(fileId().getMostSignificantBits());
    out.writeLong(fileId().getLeastSignificantBits());
    out.writeInt(checksum());
    if (this instanceof InFile file) {
      out.writeText(file.name());
      out.writeVarLong(file.length());
    } else if (this instanceof Inline inline) {
      out.writeVarInt(inline.content.length);
      out.writeBytes(inline.content);
    } else {
      out.writeVarLong(length());
    }
  }

  /**
   * Reads a handle.
   *
   * @param in positioned at its first byte
   * @return the handle
   * @throws MalformedDataException if the bytes do not follow the grammar
   */
  static StreamHandle read(ByteReader in) {
    int tag = in.readByte();
    UUID fileId = new UUID(in.readLong(), in.readLong());
    int checksum = in.readInt();
    try {
      switch (tag) {
        case 1:
          return new InFile(fileId, checksum, in.readName(), in.readVarLong());
        case 2:
          return new Inline(fileId, checksum, in.readBytes(in.readLength()));
        case 3:
          return new Shared(fileId, checksum, in.readVarLong());
        default:
          throw new MalformedDataException("a stream handle with tag " + tag);
      }
    } catch (IllegalArgumentException e) {
      throw new MalformedDataException(e.getMessage());
    }
  }
}
