package io.streambed.cli;

import io.streambed.cli.console.ExitCodes;
import io.streambed.error.InvariantViolationException;
import io.streambed.error.StreambedException;
import io.streambed.runtime.JobFailedException;
import java.io.IOException;
import java.util.Arrays;

/**
 * How a failed command is told: a bug in Streambed, a failure of the job's own code, or what the
 * user can mend and is told in one line.
 *
 * @param code the exit code
 * @param message one line
 * @param trace shown below the message, or null: a line is enough
 */
record Failure(int code, String message, Throwable trace) {
  private static final String OURS = "io.streambed.";

  /** A job's logic as far as it is here: to the runtime it is a user's. */
  private static final String EXAMPLES = "io.streambed.examples.";

  static Failure of(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof OutOfMemoryError) {
        return new Failure(
            ExitCodes.FAILED,
            cause
                + ". Give the process more memory: STREAMBED_OPTS=-Xmx4g, or java -Xmx4g -jar, sets the"
                + " Java heap to 4 GiB."
                + " State that does not fit goes to disk with --backend rocksdb.",
            null);
      }
      if (cause instanceof InvariantViolationException) {
        return new Failure(ExitCodes.BUG, cause.getMessage(), e);
      }
    }
    if (e instanceof JobFailedException && e.getCause() != null) {
      Throwable cause = e.getCause();
      if (cause instanceof StreambedException) {
        // Why a job failed says more to its user than that it did.
        return new Failure(ExitCodes.FAILED, cause.getMessage(), null);
      }
      boolean outside = cause instanceof IOException || cause instanceof InterruptedException;
      return outside ? new Failure(ExitCodes.FAILED, e.getMessage(), null) : thrown(e, cause);
    }
    if (e instanceof NoSourceTreeException) {
      return new Failure(ExitCodes.USAGE, e.getMessage(), null);
    }
    return e instanceof StreambedException
        ? new Failure(ExitCodes.FAILED, e.getMessage(), null)
        : thrown(e, e);
  }

  private static Failure thrown(Throwable told, Throwable thrown) {
    return isJobCode(thrown)
        ? new Failure(
            ExitCodes.JOB_CODE,
            "the job's own code failed, see where below: " + told.getMessage(),
            thrown)
        : new Failure(
            ExitCodes.BUG, "this is a bug, please report it with what follows: " + told, told);
  }

  /**
   * Whether an exception comes from a function, serializer, source or sink of the job: it was
   * thrown there, or by Streambed because it was called from there against its rules.
   */
  private static boolean isJobCode(Throwable thrown) {
    StackTraceElement[] frames =
        Arrays.stream(thrown.getStackTrace())
            .filter(frame -> !isJdk(frame.getClassName()))
            .toArray(StackTraceElement[]::new);
    boolean refusal =
        thrown instanceof IllegalArgumentException
            || thrown instanceof IllegalStateException
            || thrown instanceof UnsupportedOperationException
            || thrown instanceof NullPointerException;
    return refusal
        ? Arrays.stream(frames).anyMatch(Failure::isJobCode)
        : frames.length > 0 && isJobCode(frames[0]);
  }

  private static boolean isJobCode(StackTraceElement frame) {
    String name = frame.getClassName();
    return !name.startsWith(OURS) || name.startsWith(EXAMPLES);
  }

  private static boolean isJdk(String className) {
    return className.startsWith("java.")
        || className.startsWith("jdk.")
        || className.startsWith("sun.");
  }
}
