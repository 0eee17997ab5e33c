package io.streambed.checkpoint;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * Where and how {@link FileCheckpointStorage} writes.
 *
 * @param root the job's own checkpoint directory; created if missing
 * @param savepointRoot the directory that savepoints are put under, which is made absolute; without
 *     it the job takes none
 * @param smallFileThresholdBytes streams up to this size are kept in the metadata instead of a file
 *     of their own; 0 to 1 MiB. A store's own files up to this size, 4 KiB at most, are kept in its
 *     manifests
 * @param writeBufferBytes the buffer of each open stream; 1 KiB to 64 MiB
 */
public record FileStorageOptions(
    Path root, Optional<Path> savepointRoot, int smallFileThresholdBytes, int writeBufferBytes) {
  /** The threshold if none is given: 20 KiB. */
  public static final int DEFAULT_SMALL_FILE_THRESHOLD_BYTES = 20 << 10;

  /** The buffer size if none is given: 64 KiB. */
  public static final int DEFAULT_WRITE_BUFFER_BYTES = 64 << 10;

  /** Checks the ranges. */
  public FileStorageOptions {
    Objects.requireNonNull(root, "root");
    // Others are told where a savepoint is, who may work in another directory.
    savepointRoot = savepointRoot.map(path -> path.toAbsolutePath().normalize());
    if (smallFileThresholdBytes < 0 || smallFileThresholdBytes > 1 << 20) {
      throw new IllegalArgumentException(
          "smallFileThresholdBytes " + smallFileThresholdBytes + " not in 0..1048576");
    }
    if (writeBufferBytes < 1 << 10 || writeBufferBytes > 64 << 20) {
      throw new IllegalArgumentException(
          "writeBufferBytes " + writeBufferBytes + " not in 1024..67108864");
    }
  }

  /**
   * The default sizes.
   *
   * @param root the job's own checkpoint directory
   * @return options without a place for savepoints
   */
  public static FileStorageOptions in(Path root) {
    return new FileStorageOptions(
        root, Optional.empty(), DEFAULT_SMALL_FILE_THRESHOLD_BYTES, DEFAULT_WRITE_BUFFER_BYTES);
  }

  /**
   * The same with a place for savepoints.
   *
   * @param newSavepointRoot the directory that savepoints are put under; created if missing
   * @return new options
   */
  public FileStorageOptions withSavepointRoot(Path newSavepointRoot) {
    return new FileStorageOptions(
        root, Optional.of(newSavepointRoot), smallFileThresholdBytes, writeBufferBytes);
  }

  /**
   * The same with another threshold.
   *
   * @param bytes 0 to 1 MiB
   * @return new options
   */
  public FileStorageOptions withSmallFileThresholdBytes(int bytes) {
    return new FileStorageOptions(root, savepointRoot, bytes, writeBufferBytes);
  }

  /**
   * The same with another buffer.
   *
   * @param bytes 1 KiB to 64 MiB
   * @return new options
   */
  public FileStorageOptions withWriteBufferBytes(int bytes) {
    return new FileStorageOptions(root, savepointRoot, smallFileThresholdBytes, bytes);
  }
}
