package io.streambed.cli.bench;

import io.streambed.error.StorageException;
import io.streambed.rocksdb.RocksProfile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts a JVM that fills RocksDB stores and watches its own memory. */
public final class MemoryProcess {
  /** A heap that is there from the start and one small compiler: what grows is not the JVM's. */
  public static final List<String> JVM =
      List.of(
          "-Xms64m",
          "-Xmx64m",
          "-XX:+AlwaysPreTouch",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1");

  private MemoryProcess() {}

  /**
   * Runs it to its end.
   *
   * @param directory for its databases; it exists
   * @param budgetBytes of all stores together
   * @param times how many budgets the state takes in the end
   * @param profile of RocksDB
   * @return what it found
   * @throws StorageException if the system does not tell resident memory, or the process fails
   */
  public static MemoryResult run(
      Path directory, long budgetBytes, int times, RocksProfile profile) {
    if (!ResidentMemory.canMeasure()) {
      throw new StorageException(
          "This system does not tell how much memory is resident (/proc/self/smaps_rollup): run"
              + " it on Linux");
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(MemoryProbe.class.getName());
    command.addAll(List.of(directory.toString(), "" + budgetBytes, "" + times, profile.name()));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      // Whoever interrupts a run wants no child left that goes on.
      Thread stop = new Thread(process::destroyForcibly);
      Runtime.getRuntime().addShutdownHook(stop);
      List<String> lines;
      try (BufferedReader output =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), Charset.defaultCharset()))) {
        lines = output.lines().toList();
      }
      int code = process.onExit().join().exitValue();
      Runtime.getRuntime().removeShutdownHook(stop);
      MemoryResult result = lines.isEmpty() ? null : MemoryResult.of(lines.get(lines.size() - 1));
      if (code != 0 || result == null) {
        throw new StorageException(
            "The process that fills " + directory + " ended with " + code + ": " + lines);
      }
      return result;
    } catch (IOException e) {
      throw new StorageException("Running " + command.get(0), e);
    }
  }
}
