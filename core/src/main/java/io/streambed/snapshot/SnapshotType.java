package io.streambed.snapshot;

/** What a snapshot is for. Codes are written into metadata. */
public enum SnapshotType {
  /** Taken by the engine for recovery, removed when subsumed. */
  CHECKPOINT(1),
  /** Taken by a user, stands alone, never removed by the engine. */
  SAVEPOINT(2);

  private final int code;

  SnapshotType(int code) {
    this.code = code;
  }

  /**
   * The number written into metadata.
   *
   * @return 1 to 127
   */
  public int code() {
    return code;
  }

  /**
   * The type of a code.
   *
   * @param code a number found in metadata
   * @return the type, or null if none has it
   */
  public static SnapshotType ofCode(int code) {
    return code == 1 ? CHECKPOINT : code == 2 ? SAVEPOINT : null;
  }
}
