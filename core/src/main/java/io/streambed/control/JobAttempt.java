package io.streambed.control;

import java.util.Objects;
import java.util.UUID;

/**
 * One claim of a job's directory of checkpoints, and so one process that runs the job.
 *
 * @param jobId the job's id, the same for all claims of the directory
 * @param attempt which claim this is, from 1; each is greater than those before
 */
public record JobAttempt(UUID jobId, long attempt) {
  /** Checks the parts. */
  public JobAttempt {
    Objects.requireNonNull(jobId, "jobId");
    if (attempt < 1) {
      throw new IllegalArgumentException("attempt " + attempt + " is below 1");
    }
  }
}
