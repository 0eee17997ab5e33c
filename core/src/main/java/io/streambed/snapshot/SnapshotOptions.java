package io.streambed.snapshot;

import io.streambed.file.Compression;
import java.util.Objects;

/**
 * How a snapshot is taken.
 *
 * @param type what it is for
 * @param compression of the blocks written
 * @param reuse whether it may build upon earlier ones; a savepoint may not
 */
public record SnapshotOptions(SnapshotType type, Compression compression, ReusePolicy reuse) {
  /** Checks the parts. */
  public SnapshotOptions {
    Objects.requireNonNull(compression, "compression");
    Objects.requireNonNull(reuse, "reuse");
    if (type == SnapshotType.SAVEPOINT && reuse != ReusePolicy.NONE) {
      throw new IllegalArgumentException("a savepoint stands alone: reuse must be NONE");
    }
  }

  /**
   * Options of a checkpoint.
   *
   * @param compression of the blocks written
   * @return reuse where the store can
   */
  public static SnapshotOptions checkpoint(Compression compression) {
    return new SnapshotOptions(SnapshotType.CHECKPOINT, compression, ReusePolicy.CONFIRMED);
  }

  /**
   * Options of a savepoint.
   *
   * @param compression of the blocks written
   * @return no reuse
   */
  public static SnapshotOptions savepoint(Compression compression) {
    return new SnapshotOptions(SnapshotType.SAVEPOINT, compression, ReusePolicy.NONE);
  }
}
