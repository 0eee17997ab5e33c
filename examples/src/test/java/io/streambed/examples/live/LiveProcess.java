package io.streambed.examples.live;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** {@link LiveCounts} in a process of its own, which is killed when this is closed. One thread. */
final class LiveProcess implements AutoCloseable {
  private static final long MAX_WAIT_SECONDS = 60;
  private static final String END_OF_OUTPUT = "(end of its output)";

  private final Process process;
  private final OutputStream commands;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final List<String> taken = new ArrayList<>();

  LiveProcess(LogServer log, Path directory, int parallelism, long intervalMillis, String restore)
      throws IOException {
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                LiveCounts.class.getName(),
                Integer.toString(log.port()),
                directory.toString(),
                Integer.toString(parallelism),
                Long.toString(intervalMillis),
                restore)
            .redirectErrorStream(true)
            .start();
    commands = process.getOutputStream();
    Thread reader = new Thread(this::readAll, "output-of-" + process.pid());
    reader.setDaemon(true);
    reader.start();
  }

  private void readAll() {
    try (BufferedReader output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), Charset.defaultCharset()))) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        lines.add(line);
      }
    } catch (IOException e) {
      lines.add("(its output broke off: " + e + ")");
    }
    lines.add(END_OF_OUTPUT);
  }

  /** Forgets what it has printed so far. */
  void skip() {
    lines.drainTo(taken);
  }

  /** Waits for a line that begins with a word; gives what follows the word. */
  String await(String word) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(MAX_WAIT_SECONDS);
    while (true) {
      String line = lines.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (line == null || line.equals(END_OF_OUTPUT)) {
        throw new AssertionError(
            "process " + process.pid() + " has not printed \"" + word + "\" but: " + taken);
      }
      taken.add(line);
      if (line.startsWith(word + " ")) {
        return line.substring(word.length() + 1);
      }
    }
  }

  /** Waits until its source has read so many lines since it was started. */
  void awaitRead(long lines) throws InterruptedException {
    long read = 0;
    while (read < lines) {
      read = Long.parseLong(await("read"));
    }
  }

  void command(String command) throws IOException {
    commands.write((command + "\n").getBytes(StandardCharsets.US_ASCII));
    commands.flush();
  }

  /** Kills it as {@code kill -9} does, and waits until it has gone. */
  void kill() {
    process.toHandle().destroyForcibly();
    process.onExit().join();
  }

  /** Waits until it has ended by itself; gives the exit code. */
  int waitFor() throws InterruptedException {
    if (!process.waitFor(MAX_WAIT_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("process " + process.pid() + " does not end; it printed " + taken);
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    kill();
  }
}
