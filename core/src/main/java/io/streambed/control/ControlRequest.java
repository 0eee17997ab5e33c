package io.streambed.control;

import java.util.Objects;
import java.util.UUID;

/**
 * What another process asks of a running job.
 *
 * @param id the request's own, drawn anew for each
 * @param attempt the attempt of the job that is asked; no other one does it
 * @param kind what is asked for
 */
public record ControlRequest(UUID id, JobAttempt attempt, Kind kind) {
  /** The name of the directory of requests and answers, in the job's directory of checkpoints. */
  public static final String DIRECTORY = "control";

  /** Checks the parts. */
  public ControlRequest {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(attempt, "attempt");
    Objects.requireNonNull(kind, "kind");
  }

  /** What can be asked for. Files hold the ordinal: new kinds go to the end. */
  public enum Kind {
    /** Take a savepoint and go on. */
    SAVEPOINT,
    /** End with a savepoint. */
    STOP,
    /** End with a savepoint after all event-time timers have fired. */
    DRAIN,
    /** End at once, without a savepoint. */
    CANCEL
  }
}
