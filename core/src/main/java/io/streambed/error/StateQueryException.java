package io.streambed.error;

import java.util.Objects;

/** A look into keyed state from outside was refused; the job and its state are as they were. */
public class StateQueryException extends StreambedException {
  private static final long serialVersionUID = 1L;

  private final Reason reason;

  /** Why a look was refused. */
  public enum Reason {
    /** The job has no keyed operator of the name. */
    UNKNOWN_OPERATOR,
    /** The operator has no state of the name. */
    UNKNOWN_STATE,
    /** The state is declared with another kind or other types. */
    OTHER_TYPE,
    /** The key is null, of another class than the operator's keys, or of another subtask. */
    UNUSABLE_KEY,
    /** As much is asked already as may wait at a time. */
    TOO_MANY,
    /** The job has ended. */
    ENDED,
    /** The view is closed. */
    CLOSED
  }

  /**
   * A look that was refused.
   *
   * @param reason why, for programs
   * @param message what was asked for, why it is refused, and what the user can do
   */
  public StateQueryException(Reason reason, String message) {
    this(reason, message, null);
  }

  /**
   * A look that was refused for what was caught.
   *
   * @param reason why, for programs
   * @param message what was asked for, why it is refused, and what the user can do
   * @param cause what was caught, or null
   */
  public StateQueryException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = Objects.requireNonNull(reason, "reason");
  }

  /**
   * Why it was refused.
   *
   * @return the reason, for programs
   */
  public Reason reason() {
    return reason;
  }
}
