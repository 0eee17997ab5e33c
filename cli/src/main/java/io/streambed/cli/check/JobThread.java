package io.streambed.cli.check;

import io.streambed.error.StorageException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The one thread on which code of the job runs: when it declares the job, and when its serializers
 * are asked whether they fit. The thread's class loader is the job's, threads that the code leaves
 * running are known by their group, and the code is waited for no longer than the user says. Used
 * by one thread.
 */
final class JobThread implements AutoCloseable {
  /** How long threads that the job's code has told to end may take. */
  private static final long END_MILLIS = 1_000;

  private final long timeoutMillis;
  private final ThreadGroup group = new ThreadGroup("job");
  private final ExecutorService executor;
  private Thread thread;

  /**
   * A thread.
   *
   * @param loader loads the job's classes
   * @param timeoutMillis how long each call is waited for, from 1
   */
  JobThread(ClassLoader loader, long timeoutMillis) {
    this.timeoutMillis = timeoutMillis;
    this.executor =
        Executors.newSingleThreadExecutor(
            code -> {
              thread = new Thread(group, code, "job");
              // The process ends even if the code does not.
              thread.setDaemon(true);
              thread.setContextClassLoader(loader);
              return thread;
            });
  }

  /**
   * Runs code of the job.
   *
   * @param what what it does, as the subject of a sentence
   * @param code throws unchecked exceptions, and {@link ReflectiveOperationException} if the job's
   *     class cannot be used
   * @return what it gives
   * @throws JobLoadException if a class of the job cannot be loaded
   * @throws JobCodeException if a static initializer fails, or the code does not end in time
   * @throws RuntimeException as the code throws it
   */
  <T> T call(String what, Callable<T> code) {
    Future<T> result = executor.submit(code);
    try {
      return result.get(timeoutMillis, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw told(e.getCause());
    } catch (TimeoutException e) {
      Exception place = new TimeoutException("this is where thread \"job\" is");
      place.setStackTrace(thread.getStackTrace());
      throw new JobCodeException(
          what
              + " has not ended within "
              + timeoutMillis
              + " ms, see where it is below. Let the code declare the job and wait for nothing, or"
              + " give it more time with --timeout.",
          place);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StorageException("Interrupted while the job's code ran", e);
    }
  }

  /** What was thrown, as whoever called the command is told. */
  private static RuntimeException told(Throwable thrown) {
    String message = String.valueOf(thrown.getMessage());
    if (thrown instanceof ExceptionInInitializerError && thrown.getCause() != null) {
      return JobCodeException.of("a static initializer threw ", thrown.getCause());
    }
    if (thrown instanceof UnsupportedClassVersionError) {
      return new JobLoadException(
          "A class of the job was compiled for a later Java than this one, which is "
              + Runtime.version().feature()
              + ": "
              + message
              + ". Run the command with that Java (JAVA_HOME).");
    }
    if (thrown instanceof NoClassDefFoundError && message.startsWith("Could not initialize")) {
      // The class is there: its initializer had failed before, and the job's code went on.
      return JobCodeException.of("a static initializer had failed before: ", thrown);
    }
    if (thrown instanceof NoClassDefFoundError) {
      return new JobLoadException(
          "The job needs class "
              + message.replace('/', '.')
              + ", which cannot be loaded. Add the jar that it is in to --classpath.");
    }
    if (thrown instanceof LinkageError) {
      return new JobLoadException(
          "The classes of the job do not fit each other: "
              + thrown
              + ". Give --classpath the versions that the job was compiled with.");
    }
    if (thrown instanceof Error error) {
      throw error;
    }
    return thrown instanceof RuntimeException unchecked
        ? unchecked
        : JobCodeException.of("", thrown);
  }

  /**
   * Ends the thread.
   *
   * @return the names of the threads that the job's code has started and not ended; those that were
   *     told to end are given a moment
   */
  List<String> end() {
    executor.shutdown();
    long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(END_MILLIS);
    List<String> left = new ArrayList<>();
    Thread[] threads = new Thread[group.activeCount() + 10];
    int count = group.enumerate(threads);
    try {
      for (Thread each : Arrays.copyOf(threads, count)) {
        long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
        each.join(Math.max(1, leftMillis));
        if (each.isAlive() && each != thread) {
          left.add(each.getName());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StorageException("Interrupted while threads of the job ended", e);
    }
    left.sort(null);
    return left;
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
