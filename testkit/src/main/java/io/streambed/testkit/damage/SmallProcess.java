package io.streambed.testkit.damage;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a main method in a process of its own that has little memory, to show that it is enough. */
public final class SmallProcess {
  /** The heap of such a process, in MiB. */
  public static final int HEAP_MIB = 64;

  private static final int MAX_MINUTES = 30;

  private SmallProcess() {}

  /**
   * Runs a main class of this class path to its end; what it prints is printed here as well.
   *
   * @param main the class
   * @param arguments its arguments
   * @return what it printed
   * @throws IOException if the process cannot be started or read
   * @throws InterruptedException if the wait for its end is interrupted
   * @throws AssertionError if its exit code is not 0, or it does not end in {@value #MAX_MINUTES}
   *     minutes
   */
  public static String run(Class<?> main, String... arguments)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
                "-Xmx" + HEAP_MIB + "m",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    command.addAll(List.of(arguments));
    // Into a file: a wait for the end can be interrupted, and a read of a pipe cannot.
    Path file = Files.createTempFile("small-process", ".log");
    try {
      String end = runToEnd(new ProcessBuilder(command), file);
      String output = Files.readString(file);
      System.out.print(output);
      if (!end.equals("exit code 0")) {
        throw new AssertionError(main.getSimpleName() + " ended with " + end);
      }
      return output;
    } finally {
      Files.delete(file);
    }
  }

  /** Runs a process and tells how it ended; it is gone when this returns. */
  private static String runToEnd(ProcessBuilder builder, Path output)
      throws IOException, InterruptedException {
    Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    try {
      return process.waitFor(MAX_MINUTES, TimeUnit.MINUTES)
          ? "exit code " + process.exitValue()
          : "its being killed after " + MAX_MINUTES + " minutes";
    } finally {
      process.destroyForcibly();
    }
  }
}
