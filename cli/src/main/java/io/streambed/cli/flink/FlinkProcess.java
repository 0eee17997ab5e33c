package io.streambed.cli.flink;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One Java process of a cluster; its log and whatever it prints go to files named after it. */
final class FlinkProcess {
  private static final long GRACE_SECONDS = 10;

  /** What Flink asks for on Java 17 and newer. */
  private static final List<String> ACCESS =
      List.of(
          "--add-exports=java.base/sun.net.util=ALL-UNNAMED",
          "--add-exports=java.security.jgss/sun.security.krb5=ALL-UNNAMED",
          "--add-opens=java.base/java.lang=ALL-UNNAMED",
          "--add-opens=java.base/java.net=ALL-UNNAMED",
          "--add-opens=java.base/java.io=ALL-UNNAMED",
          "--add-opens=java.base/java.nio=ALL-UNNAMED",
          "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
          "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
          "--add-opens=java.base/java.text=ALL-UNNAMED",
          "--add-opens=java.base/java.time=ALL-UNNAMED",
          "--add-opens=java.base/java.util=ALL-UNNAMED",
          "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
          "--add-opens=java.base/java.util.concurrent.atomic=ALL-UNNAMED",
          "--add-opens=java.base/java.util.concurrent.locks=ALL-UNNAMED");

  /** For a life of a minute: the second compiler would cost more than it gives. */
  private static final List<String> SHORT_LIVED =
      List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto");

  private final String name;
  private final Process process;

  private FlinkProcess(String name, Process process) {
    this.name = name;
    this.process = process;
  }

  /**
   * Starts one.
   *
   * @param options the cluster's
   * @param name of the process and its files
   * @param jvmFlags for its memory
   * @param program main class and arguments
   */
  static FlinkProcess start(
      ClusterOptions options, String name, List<String> jvmFlags, List<String> program) {
    Path printed = printed(options, name);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmFlags);
    command.addAll(SHORT_LIVED);
    command.addAll(ACCESS);
    command.add("-Dlog.file=" + options.logs().resolve(name + ".log"));
    command.add("-Dlog4j.configurationFile=" + options.conf().resolve("log4j.properties").toUri());
    command.add("-Djava.io.tmpdir=" + options.temporary());
    command.addAll(List.of("-cp", String.join(":", options.classPath())));
    command.addAll(program);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(options.directory().toFile())
            .redirectErrorStream(true)
            .redirectOutput(printed.toFile());
    builder.environment().put("FLINK_CONF_DIR", options.conf().toString());
    try {
      return new FlinkProcess(name, builder.start());
    } catch (IOException e) {
      throw new ClusterException("Starting " + name + ": " + e.getMessage(), e);
    }
  }

  /** The file with what a process printed. */
  static Path printed(ClusterOptions options, String name) {
    return options.logs().resolve(name + ".out");
  }

  String name() {
    return name;
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Its exit code; it has ended. */
  int exitCode() {
    return process.exitValue();
  }

  /** Asks it to end. */
  void stop() {
    process.destroy();
  }

  /** Kills it as {@code kill -9} does. */
  void kill() {
    process.destroyForcibly();
  }

  /** Waits for its end, and kills it when it has had its time. */
  void awaitEnd() {
    if (!awaitEnd(GRACE_SECONDS)) {
      kill();
      awaitEnd(GRACE_SECONDS);
    }
  }

  /** Whether it has ended within some time; an interrupt shortens that. */
  boolean awaitEnd(long seconds) {
    try {
      return process.waitFor(seconds, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
