package io.streambed.rocksdb;

import io.streambed.snapshot.StreamHandle;
import java.util.Arrays;
import java.util.Objects;

/** Where a checkpoint keeps the bytes of a table file. */
public sealed interface TableContent {
  /**
   * The size.
   *
   * @return bytes
   */
  long length();

  /**
   * In a file that checkpoints share.
   *
   * @param file the file
   */
  record SharedFile(StreamHandle.Shared file) implements TableContent {
    /** Checks the part. */
    public SharedFile {
      Objects.requireNonNull(file, "file");
    }

    @Override
    public long length() {
      return file.length();
    }
  }

  /** In the manifest itself, since they are few. */
  final class InManifest implements TableContent {
    private final byte[] bytes;

    /** Takes the bytes, which nobody changes any more. */
    InManifest(byte[] bytes) {
      this.bytes = bytes;
    }

    /** The live array, not to be changed. */
    byte[] bytes() {
      return bytes;
    }

    @Override
    public long length() {
      return bytes.length;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof InManifest content && Arrays.equals(bytes, content.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
      return "InManifest[" + bytes.length + " bytes]";
    }
  }
}
