package io.streambed.cli.check;

import io.streambed.error.StorageException;
import io.streambed.job.Job;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Gets a job from a class of its user's: from its public static method {@code job()} or {@code
 * job(String[])}, which declares the job and starts nothing.
 */
final class JobLoader {
  private static final String METHOD = "job";

  /** How long threads that the job's code has told to end may take. */
  private static final long END_MILLIS = 1_000;

  private final String classPath;
  private final String className;
  private final String[] arguments;

  /**
   * A loader.
   *
   * @param classPath jars and directories, separated as the system does it; {@code DIR/*} stands
   *     for all jars in a directory
   * @param className the class's name, with its package
   * @param arguments what its method is given
   */
  JobLoader(String classPath, String className, String[] arguments) {
    this.classPath = classPath;
    this.className = className;
    this.arguments = arguments.clone();
  }

  /**
   * What was loaded.
   *
   * @param job the job
   * @param threadsLeft the names of threads that its code has started and not ended
   */
  record Loaded(Job job, List<String> threadsLeft) {}

  /** What the job's code gave or threw. */
  private static final class Outcome {
    private Job job;
    private Throwable thrown;
  }

  /**
   * Loads the class and calls its method. Classes are loaded as long as the job is used, so the
   * loader stays open.
   *
   * @throws StorageException if something on the class path is not there
   * @throws NoJobException if there is no such class, or it has no such method
   * @throws JobLoadException if the class cannot be loaded
   * @throws JobCodeException if its code fails
   */
  Loaded load() {
    JobClassLoader loader = new JobClassLoader(urls());
    Outcome outcome = new Outcome();
    ThreadGroup group = new ThreadGroup("job");
    Thread declaring =
        new Thread(
            group,
            () -> {
              try {
                outcome.job = call(loader);
              } catch (Throwable e) {
                outcome.thrown = e;
              }
            },
            "job");
    declaring.setDaemon(true);
    declaring.setContextClassLoader(loader);
    declaring.start();
    try {
      declaring.join();
      List<String> left = threadsLeft(group);
      if (outcome.thrown != null) {
        throw told(outcome.thrown);
      }
      return new Loaded(outcome.job, left);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StorageException("Interrupted while the job was declared", e);
    }
  }

  private URL[] urls() {
    List<URL> urls = new ArrayList<>();
    for (String entry : classPath.split(File.pathSeparator)) {
      if (entry.endsWith("/*") || entry.equals("*")) {
        Path directory = Path.of(entry.equals("*") ? "." : entry.substring(0, entry.length() - 2));
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(directory, "*.{jar,JAR}")) {
          jars.forEach(jar -> urls.add(url(jar)));
        } catch (IOException e) {
          throw new StorageException("Reading the class path's " + entry, e);
        }
      } else if (!entry.isEmpty()) {
        urls.add(url(Path.of(entry)));
      }
    }
    return urls.toArray(new URL[0]);
  }

  private static URL url(Path entry) {
    if (!Files.isReadable(entry)) {
      throw new StorageException(
          entry + ", which --classpath names, is not there or cannot be read.");
    }
    try {
      return entry.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new StorageException("Reading the class path's " + entry, e);
    }
  }

  private Job call(JobClassLoader loader) throws Exception {
    Class<?> type;
    try {
      type = Class.forName(className, true, loader);
    } catch (ClassNotFoundException e) {
      throw new NoJobException(
          "No class "
              + className
              + " on the class path "
              + classPath
              + ": --job takes its name with"
              + " its package.");
    }
    Method method = method(type);
    method.setAccessible(true);
    Object job =
        method.getParameterCount() == 0
            ? method.invoke(null)
            : method.invoke(null, (Object) arguments);
    if (job == null) {
      throw new JobCodeException(className + "." + METHOD + " gave null instead of a job.", null);
    }
    return (Job) job;
  }

  /** The one that takes arguments, if there are both. */
  private Method method(Class<?> type) {
    Method found = null;
    for (Method method : type.getMethods()) {
      boolean fits =
          method.getName().equals(METHOD)
              && Modifier.isStatic(method.getModifiers())
              && method.getReturnType() == Job.class;
      Class<?>[] parameters = method.getParameterTypes();
      if (fits && Arrays.equals(parameters, new Class<?>[] {String[].class})) {
        return method;
      }
      if (fits && parameters.length == 0) {
        found = method;
      }
    }
    if (found == null) {
      throw new NoJobException(
          "Class "
              + className
              + " gives no job: it needs a method \"public static Job job()\", or one that takes"
              + " String[], which declares the job, builds it and starts nothing.");
    }
    if (arguments.length > 0) {
      throw new NoJobException(
          "The method job() of "
              + className
              + " takes no arguments: leave them out, or let it take String[].");
    }
    return found;
  }

  /** What was thrown, as whoever called the command is told. */
  private RuntimeException told(Throwable thrown) {
    Throwable cause = thrown instanceof InvocationTargetException ? thrown.getCause() : thrown;
    if (cause instanceof NoJobException || cause instanceof JobCodeException) {
      return (RuntimeException) cause;
    }
    if (cause instanceof ExceptionInInitializerError && cause.getCause() != null) {
      return failed("a static initializer threw ", cause.getCause());
    }
    if (cause instanceof UnsupportedClassVersionError) {
      return new JobLoadException(
          "A class of the job was compiled for a later Java than this one, which is "
              + Runtime.version().feature()
              + ": "
              + cause.getMessage()
              + ". Run the command with that Java (JAVA_HOME).");
    }
    if (cause instanceof NoClassDefFoundError) {
      return new JobLoadException(
          "The job needs class "
              + String.valueOf(cause.getMessage()).replace('/', '.')
              + ", which cannot be loaded. Add the jar that it is in to --classpath.");
    }
    if (cause instanceof LinkageError) {
      return new JobLoadException(
          "The classes of the job do not fit each other: "
              + cause
              + ". Give --classpath the versions that the job was compiled with.");
    }
    return failed("", cause);
  }

  private static JobCodeException failed(String where, Throwable thrown) {
    return new JobCodeException(
        "the job's own code failed, see where below: " + where + thrown.getMessage(), thrown);
  }

  /** Threads that have not ended; those that were told to are given a moment. */
  private static List<String> threadsLeft(ThreadGroup group) throws InterruptedException {
    long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(END_MILLIS);
    List<String> left = new ArrayList<>();
    Thread[] threads = new Thread[group.activeCount() + 10];
    int count = group.enumerate(threads);
    for (Thread thread : Arrays.copyOf(threads, count)) {
      long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
      thread.join(Math.max(1, leftMillis));
      if (thread.isAlive()) {
        left.add(thread.getName());
      }
    }
    left.sort(null);
    return left;
  }
}
