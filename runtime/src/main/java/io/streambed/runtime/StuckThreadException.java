package io.streambed.runtime;

import io.streambed.error.StreambedException;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A thread of a job did not come back from what it was doing when it was told to end. It is left
 * behind: a daemon that can change nothing of the job's state and checkpoints any more, and ends if
 * it ever comes back. The stack trace is the thread's own, at the moment when it was given up.
 */
public class StuckThreadException extends StreambedException {
  private static final long serialVersionUID = 1L;

  private StuckThreadException(String message) {
    super(message);
  }

  /**
   * What a thread is doing now.
   *
   * @param thread a thread
   * @param waitedMillis how long it was waited for
   */
  static StuckThreadException of(Thread thread, long waitedMillis) {
    StackTraceElement[] stack = thread.getStackTrace();
    StuckThreadException stuck =
        new StuckThreadException(
            "thread \""
                + thread.getName()
                + "\" did not end within "
                + waitedMillis
                + " ms and was left behind, "
                + place(stack));
    stuck.setStackTrace(stack);
    return stuck;
  }

  /** Where a thread is now, for a message: its innermost call, and who made it. */
  static String placeOf(Thread thread) {
    return "thread \"" + thread.getName() + "\" is " + place(thread.getStackTrace());
  }

  private static String place(StackTraceElement[] stack) {
    if (stack.length == 0) {
      return "about to end";
    }
    String inner = "in " + shown(stack[0]);
    return innermost(stack)
        .filter(frame -> !frame.equals(stack[0]))
        .map(frame -> inner + ", called by " + shown(frame))
        .orElse(inner);
  }

  /** Without the module, which a frame's own text begins with. */
  private static String shown(StackTraceElement frame) {
    return new StackTraceElement(
            frame.getClassName(), frame.getMethodName(), frame.getFileName(), frame.getLineNumber())
        .toString();
  }

  /** The innermost call of a stack that is not the JDK's own. */
  static Optional<StackTraceElement> innermost(StackTraceElement[] stack) {
    return Stream.of(stack).filter(frame -> !isOfTheJdk(frame)).findFirst();
  }

  private static boolean isOfTheJdk(StackTraceElement frame) {
    String type = frame.getClassName();
    return type.startsWith("java.") || type.startsWith("jdk.") || type.startsWith("sun.");
  }
}
