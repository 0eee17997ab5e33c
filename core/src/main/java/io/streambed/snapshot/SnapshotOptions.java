package io.streambed.snapshot;

import io.streambed.file.Compression;
import java.util.Objects;

/**
 * How a snapshot is taken.
 *
 * @param type what it is for
 * @param compression of the blocks written
 * @param incremental whether it may refer to files that complete checkpoints wrote, where store and
 *     storage can; a savepoint stands alone
 */
public record SnapshotOptions(SnapshotType type, Compression compression, boolean incremental) {
  /** Checks the parts. */
  public SnapshotOptions {
    Objects.requireNonNull(compression, "compression");
    if (type == SnapshotType.SAVEPOINT && incremental) {
      throw new IllegalArgumentException("a savepoint stands alone: it is not incremental");
    }
  }

  /**
   * Options of a checkpoint.
   *
   * @param compression of the blocks written
   * @return incremental where store and storage can
   */
  public static SnapshotOptions checkpoint(Compression compression) {
    return new SnapshotOptions(SnapshotType.CHECKPOINT, compression, true);
  }

  /**
   * Options of a savepoint.
   *
   * @param compression of the blocks written
   * @return full
   */
  public static SnapshotOptions savepoint(Compression compression) {
    return new SnapshotOptions(SnapshotType.SAVEPOINT, compression, false);
  }
}
