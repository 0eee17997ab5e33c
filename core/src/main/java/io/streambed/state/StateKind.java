package io.streambed.state;

/** The kinds of state. The code of each is written into checkpoints and never changes. */
public enum StateKind {
  /** Keyed: one value. */
  VALUE(1),
  /** Keyed: a list. */
  LIST(2),
  /** Keyed: a map. */
  MAP(3),
  /** Keyed: one reduced value. */
  REDUCING(4),
  /** Keyed: an accumulator. */
  AGGREGATING(5),
  /** Keyed: an ordered set, such as timers. */
  QUEUE(6),
  /** Operator: a list whose elements are dealt out to the subtasks. */
  SPLIT_LIST(7),
  /** Operator: a list that every subtask gets in whole on restore. */
  UNION_LIST(8),
  /** Operator: a map held in whole by every subtask. */
  BROADCAST(9);

  private final int code;

  StateKind(int code) {
    this.code = code;
  }

  /**
   * The number written into checkpoints.
   *
   * @return 1 to 127
   */
  public int code() {
    return code;
  }

  /**
   * The kind of a code.
   *
   * @param code a number found in a checkpoint
   * @return the kind, or null if no kind has it
   */
  public static StateKind ofCode(int code) {
    for (StateKind kind : values()) {
      if (kind.code == code) {
        return kind;
      }
    }
    return null;
  }
}
