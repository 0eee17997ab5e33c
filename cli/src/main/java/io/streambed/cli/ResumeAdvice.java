package io.streambed.cli;

import io.streambed.error.StreambedException;
import io.streambed.runtime.JobEvent;
import io.streambed.runtime.JobHandle;
import io.streambed.runtime.JobListener;
import java.io.File;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * What happens when a signal ends the process of a job, that of Ctrl-C or of {@code kill}: ends the
 * job with a savepoint if that was asked for, and tells by which command it goes on. Once it is
 * closed it does nothing. Any thread.
 */
final class ResumeAdvice implements JobListener, AutoCloseable {
  private static final String LAUNCHER = "streambed.launcher";
  private static final String RESTORE = "--restore";
  private static final String LATEST = "latest";

  private final PrintWriter err;
  private final List<String> arguments;
  private final AtomicLong completed = new AtomicLong();
  private final Thread hook = new Thread(this::stopped, "resume-advice");
  private volatile JobHandle running;

  /** Advice to whoever called the command line with these arguments; listens for signals now. */
  ResumeAdvice(PrintWriter err, List<String> arguments) {
    this.err = err;
    this.arguments = List.copyOf(arguments);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  @Override
  public void on(JobEvent event) {
    if (event instanceof JobEvent.CheckpointCompleted complete) {
      completed.set(complete.checkpointId());
    }
  }

  /** From now on a signal ends this job with a savepoint. */
  void stopWithSavepoint(JobHandle job) {
    running = job;
  }

  private void stopped() {
    JobHandle job = running;
    if (job == null) {
      tell();
      return;
    }
    err.println();
    err.println(
        "Stopped by a signal: the job ends with a savepoint, which takes as long as a full checkpoint."
            + " kill -9 ends it at once and harms nothing.");
    err.flush();
    String savepoint = null;
    try {
      savepoint = job.stopWithSavepoint().join();
      job.await();
      err.println("All results up to the savepoint " + savepoint + " are visible. Go on with:");
      err.println("  " + command(arguments, savepoint));
      err.flush();
    } catch (CompletionException e) {
      err.println("There is no savepoint: " + e.getCause().getMessage());
      tell();
    } catch (StreambedException e) {
      err.println("The job did not end as it should: " + e.getMessage());
      if (savepoint == null) {
        tell();
      } else {
        err.println("Go on from its savepoint, which makes visible what it holds:");
        err.println("  " + command(arguments, savepoint));
        err.flush();
      }
    }
  }

  private void tell() {
    long last = completed.get();
    err.println();
    err.println(
        "The job was stopped by a signal. "
            + (last == 0
                ? "It has not completed a checkpoint since it was started."
                : "Its last complete checkpoint is "
                    + last
                    + "; what came after that is read again, and the output has each result once.")
            + " Go on with:");
    err.println("  " + command(arguments, last > 0));
    err.flush();
  }

  /** The command that goes on: from the latest checkpoint, or where this run began. */
  static String command(List<String> arguments, boolean hasCompleted) {
    return command(arguments, hasCompleted ? LATEST : null);
  }

  /** The command that goes on from somewhere; null for where this run began. */
  private static String command(List<String> arguments, String from) {
    List<String> resumed = new ArrayList<>();
    resumed.addAll(program());
    String restored = null;
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (argument.equals(RESTORE) && i + 1 < arguments.size()) {
        restored = arguments.get(++i);
      } else if (argument.startsWith(RESTORE + "=")) {
        restored = argument.substring(RESTORE.length() + 1);
      } else {
        resumed.add(argument);
      }
    }
    resumed.add(RESTORE);
    String begun = restored == null ? LATEST : restored;
    resumed.add(from == null ? begun : from);
    return resumed.stream().map(ResumeAdvice::quoted).collect(Collectors.joining(" "));
  }

  /** What the command line was started by: the launcher tells its path; else it may be a jar. */
  private static List<String> program() {
    String classPath = System.getProperty("java.class.path");
    boolean isJar = classPath.endsWith(".jar") && !classPath.contains(File.pathSeparator);
    return System.getProperty(LAUNCHER) == null && isJar
        ? List.of("java", "-jar", classPath)
        : List.of(System.getProperty(LAUNCHER, "./streambed"));
  }

  /** An argument as a shell takes it. */
  private static String quoted(String argument) {
    return argument.matches("[A-Za-z0-9_./:=,@%+-]+")
        ? argument
        : "'" + argument.replace("'", "'\\''") + "'";
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending: the hook has begun, and what it tells is right.
      return;
    }
  }
}
