package io.streambed.cli.check;

import io.streambed.cli.console.ExitCodes;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Map;

/**
 * Keeps what the job's code does to the process from being taken for the command's answer. While it
 * is open, what the code prints to standard output goes to standard error; and if the code ends the
 * process, that is told and the exit code says so. Opened and closed by one thread.
 */
final class ProcessGuard {
  private final PrintWriter err;
  private final PrintStream output = System.out;
  private final Thread hook = new Thread(this::ending, "job-exit");

  /**
   * Guards the process from now on.
   *
   * @param err where an exit is told
   */
  ProcessGuard(PrintWriter err) {
    this.err = err;
    System.setOut(System.err);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Runs when the process ends. A signal ends it with its own code. */
  private void ending() {
    for (Map.Entry<Thread, StackTraceElement[]> thread : Thread.getAllStackTraces().entrySet()) {
      StackTraceElement caller = callerOfExit(thread.getValue());
      if (caller != null) {
        err.println(
            "streambed: the job's own code ended the process by System.exit in thread \""
                + thread.getKey().getName()
                + "\", at "
                + caller
                + ". The code that declares a job has to return it.");
        err.flush();
        // An exit code is given already; only this replaces it.
        Runtime.getRuntime().halt(ExitCodes.JOB_CODE);
      }
    }
  }

  /** Who called {@code System.exit} or {@code Runtime.exit}; null if this thread did not. */
  private static StackTraceElement callerOfExit(StackTraceElement[] frames) {
    for (int i = frames.length - 2; i >= 0; i--) {
      if (frames[i].getClassName().equals("java.lang.Runtime")
          && frames[i].getMethodName().equals("exit")) {
        boolean bySystem = frames[i + 1].getClassName().equals("java.lang.System");
        return frames[bySystem && i + 2 < frames.length ? i + 2 : i + 1];
      }
    }
    return null;
  }

  /** Gives standard output back. */
  void close() {
    System.setOut(output);
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending: the hook has begun.
      return;
    }
  }
}
