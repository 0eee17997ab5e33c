package io.streambed.cli.check;

/** The code that declares a job has failed. */
final class JobCodeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What happened, and what the code threw; null if it threw nothing. */
  JobCodeException(String message, Throwable thrown) {
    super(message, thrown);
  }

  /** The code threw; what comes before the message of what it threw is empty, or says where. */
  static JobCodeException of(String where, Throwable thrown) {
    return new JobCodeException(
        "the job's own code failed, see where below: " + where + thrown.getMessage(), thrown);
  }
}
