package io.streambed.testkit.damage;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Runs a main method in a process of its own that has little memory, to show that it is enough. */
public final class SmallProcess {
  /** The heap of such a process, in MiB. */
  public static final int HEAP_MIB = 64;

  private SmallProcess() {}

  /**
   * Runs a main class of this class path to its end; what it prints is printed here as well.
   *
   * @param main the class
   * @param arguments its arguments
   * @return what it printed
   * @throws IOException if the process cannot be started or read
   * @throws InterruptedException if the wait for its end is interrupted
   * @throws AssertionError if its exit code is not 0
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
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    StringBuilder output = new StringBuilder();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        System.out.println(line);
        output.append(line).append('\n');
      }
    }
    int exitCode = process.waitFor();
    if (exitCode != 0) {
      throw new AssertionError(main.getSimpleName() + " ended with exit code " + exitCode);
    }
    return output.toString();
  }
}
