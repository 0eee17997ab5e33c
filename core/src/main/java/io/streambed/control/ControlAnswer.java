package io.streambed.control;

import java.util.Objects;
import java.util.Optional;

/**
 * What a job says to a request.
 *
 * @param state how far it is
 * @param savepoint where the savepoint is, once it is complete; in state {@code TAKEN} where one is
 *     being written that ends the job, which may never be complete
 * @param reason why what was asked for was not done or not done to its end; empty in other states
 */
public record ControlAnswer(State state, Optional<String> savepoint, String reason) {
  /** Checks the parts. */
  public ControlAnswer {
    Objects.requireNonNull(state, "state");
    Objects.requireNonNull(savepoint, "savepoint");
    Objects.requireNonNull(reason, "reason");
  }

  /** How far a request is. Files hold the ordinal: new states go to the end. */
  public enum State {
    /** The job has taken the request; another answer follows unless its process dies. */
    TAKEN,
    /**
     * The savepoint that ends the job is complete, and what it holds is being made visible; another
     * answer follows unless the process dies. Whoever starts the job again starts it from there.
     */
    COMPLETE,
    /** Done. A job that was to end has ended, and no longer holds its directory. */
    DONE,
    /** Not done: the reason tells why, and whether the job goes on. */
    FAILED
  }

  /** The job has taken the request. */
  public static final ControlAnswer TAKEN = new ControlAnswer(State.TAKEN, Optional.empty(), "");

  /**
   * The job has taken the request, and is writing a savepoint that ends it.
   *
   * @param savepoint where it is being written
   * @return an answer that another one follows
   */
  public static ControlAnswer taken(String savepoint) {
    return new ControlAnswer(State.TAKEN, Optional.of(savepoint), "");
  }

  /**
   * The savepoint that ends the job is complete.
   *
   * @param savepoint where it is
   * @return an answer that another one follows
   */
  public static ControlAnswer complete(String savepoint) {
    return new ControlAnswer(State.COMPLETE, Optional.of(savepoint), "");
  }

  /**
   * All was done.
   *
   * @param savepoint where the savepoint is; empty if none was asked for
   * @return the last answer
   */
  public static ControlAnswer done(Optional<String> savepoint) {
    return new ControlAnswer(State.DONE, savepoint, "");
  }

  /**
   * It was not done.
   *
   * @param reason why
   * @param savepoint where a savepoint is that is complete all the same; mostly empty
   * @return the last answer
   */
  public static ControlAnswer failed(String reason, Optional<String> savepoint) {
    return new ControlAnswer(State.FAILED, savepoint, reason);
  }

  /**
   * Whether nothing follows it.
   *
   * @return true if the job says no more to this request
   */
  public boolean isLast() {
    return state == State.DONE || state == State.FAILED;
  }
}
