package io.streambed.entry;

import io.streambed.state.TimeToLive;

/** How a table keeps the time by which an entry expires. Codes are written into checkpoints. */
public enum Expiry {
  /** Entries have no timestamp. */
  NONE(0),
  /** The table keeps a timestamp beside each entry, of processing time. */
  STAMPED(1),
  /** The table keeps a timestamp beside each entry, of event time. */
  EVENT_STAMPED(2);

  private final int code;

  Expiry(int code) {
    this.code = code;
  }

  /**
   * What entries carry under a policy.
   *
   * @param policy how long what is in a state lives; null for ever
   * @return the time that the policy goes by
   */
  public static Expiry of(TimeToLive policy) {
    if (policy == null) {
      return NONE;
    }
    return policy.eventTime() ? EVENT_STAMPED : STAMPED;
  }

  /**
   * Whether there are timestamps.
   *
   * @return false for {@link #NONE} alone
   */
  public boolean stamped() {
    return this != NONE;
  }

  /**
   * The number written into checkpoints.
   *
   * @return 0 to 127
   */
  public int code() {
    return code;
  }

  /**
   * The expiry of a code.
   *
   * @param code a number found in a checkpoint
   * @return the expiry, or null if none has it
   */
  public static Expiry ofCode(int code) {
    return switch (code) {
      case 0 -> NONE;
      case 1 -> STAMPED;
      case 2 -> EVENT_STAMPED;
      default -> null;
    };
  }
}
