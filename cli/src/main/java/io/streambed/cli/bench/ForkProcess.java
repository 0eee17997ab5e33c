package io.streambed.cli.bench;

import io.streambed.error.StorageException;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Starts a JVM that measures one backend, and listens to it. */
public final class ForkProcess {
  /** As Flink's own start scripts open them. */
  private static final List<String> OPENED =
      List.of("java.base/java.lang", "java.base/java.time", "java.base/java.util");

  private ForkProcess() {}

  /**
   * Runs a fork to its end.
   *
   * @param options sizes, cases, times
   * @param backend the backend's name, as the main class takes it
   * @param plugin class path of the backend; null for one that is on the options' class path
   * @param directory for files of the backend and the log; it exists
   * @param progress is told what is done, a few words each
   * @return what it told; a failure of the backend is a part of that
   * @throws StorageException if no JVM can be started
   */
  public static ForkResult run(
      ForkOptions options,
      String backend,
      String plugin,
      Path directory,
      Consumer<String> progress) {
    List<String> command = command(options, backend, plugin, directory);
    ForkResult.Builder result = new ForkResult.Builder();
    try {
      Process process =
          new ProcessBuilder(command).redirectError(directory.resolve("fork.log").toFile()).start();
      // Whoever interrupts a run wants no child left that goes on measuring.
      Thread stop = new Thread(process::destroyForcibly);
      Runtime.getRuntime().addShutdownHook(stop);
      try (BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), Charset.defaultCharset()))) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          String done = result.add(line);
          if (done != null) {
            progress.accept(done);
          }
        }
      }
      int code = process.onExit().join().exitValue();
      Runtime.getRuntime().removeShutdownHook(stop);
      return result.build(code);
    } catch (IOException e) {
      throw new StorageException("Running " + command.get(0), e);
    }
  }

  private static List<String> command(
      ForkOptions options, String backend, String plugin, Path directory) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ForkOptions.JVM);
    OPENED.forEach(opened -> command.add("--add-opens=" + opened + "=ALL-UNNAMED"));
    command.add("-Djava.io.tmpdir=" + directory);
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
    command.add("-cp");
    command.add(
        plugin == null ? options.classPath() : plugin + File.pathSeparator + options.classPath());
    command.add(options.main());
    command.add(backend);
    command.add(options.sizes().stream().map(String::valueOf).collect(Collectors.joining(",")));
    command.add(String.join(",", options.cases()));
    command.add(String.valueOf(options.roundMillis()));
    command.add(String.valueOf(options.measureMillis()));
    return command;
  }
}
