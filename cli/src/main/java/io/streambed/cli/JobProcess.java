package io.streambed.cli;

import io.streambed.error.StorageException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The flights job in a process of its own: the same Java, the same class path. It is killed when
 * this is closed. One thread.
 */
final class JobProcess implements AutoCloseable {
  private static final int MAX_KEPT_LINES = 1_000;

  /** For a life of seconds: the second compiler would cost more than it gives. */
  private static final List<String> JVM_OPTIONS =
      List.of("-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

  private final Process process;
  private final BufferedReader output;
  private final OutputStream steps;
  private final List<String> otherLines = new ArrayList<>();

  private JobProcess(Process process) {
    this.process = process;
    this.output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), Charset.defaultCharset()));
    this.steps = process.getOutputStream();
  }

  /** Starts {@code run} with these arguments; in steps if each marker is to be answered. */
  static JobProcess start(List<String> runArguments, boolean inSteps) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM_OPTIONS);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.add("run");
    command.addAll(runArguments);
    command.add("--markers");
    if (inSteps) {
      command.add("--step");
    }
    try {
      return new JobProcess(new ProcessBuilder(command).redirectErrorStream(true).start());
    } catch (IOException e) {
      throw new StorageException("Starting " + command.get(0), e);
    }
  }

  /** The next marker, or null if the process has ended. */
  Marker next() {
    try {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        Marker marker = Marker.of(line);
        if (marker != null) {
          return marker;
        }
        if (otherLines.size() < MAX_KEPT_LINES) {
          otherLines.add(line);
        }
      }
      return null;
    } catch (IOException e) {
      throw new StorageException("Reading from process " + process.pid(), e);
    }
  }

  /** Answers a marker: the process goes on. */
  void goOn() {
    try {
      steps.write('\n');
      steps.flush();
    } catch (IOException e) {
      // It has ended in the meantime: its exit code tells how.
      otherLines.add("(process " + process.pid() + " took no answer: " + e.getMessage() + ")");
    }
  }

  /** Kills it as {@code kill -9} does, and waits until it is gone. */
  void kill() {
    process.toHandle().destroyForcibly();
    waitFor();
  }

  /** Waits for its end; gives the exit code. */
  int waitFor() {
    boolean interrupted = false;
    while (true) {
      try {
        int code = process.waitFor();
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
        return code;
      } catch (InterruptedException e) {
        interrupted = true;
        process.toHandle().destroyForcibly();
      }
    }
  }

  /** What it printed beside markers. */
  String otherOutput() {
    return String.join(System.lineSeparator(), otherLines);
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      kill();
    }
    try (output;
        steps) {
      return;
    } catch (IOException e) {
      // The pipes of a dead process: nothing is lost.
      otherLines.add(e.getMessage());
    }
  }
}
