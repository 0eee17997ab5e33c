package io.streambed.runtime;

import io.streambed.error.StreambedException;

/** A job has failed for good. Its complete checkpoints are as they were. */
public class JobFailedException extends StreambedException {
  private static final long serialVersionUID = 1L;

  /**
   * A failed job.
   *
   * @param message which job, why, and the way out
   * @param cause what failed last, or null
   */
  public JobFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
