package io.streambed.examples.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A job on live input over a socket, from its first line to its last: steady input, silence, kill
 * -9, a restart from the latest checkpoint, a savepoint, a restart from that at another
 * parallelism. The system property {@code streambed.quiet.seconds} tells how long the silence is.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class LiveInputEndToEndTest {
  private static final long QUIET_SECONDS = Long.getLong("streambed.quiet.seconds", 3);

  /** Ten lines a second. */
  private static final long PAUSE_MILLIS = 100;

  private static final long INTERVAL_MILLIS = 300;
  private static final String LATEST = "latest";

  @TempDir Path directory;

  @Test
  void liveJob_quietKilledAndResumed_writesEachLineOnceWithItsCount() throws Exception {
    try (LogServer log = new LogServer()) {
      runUntilKilled(log);
      TimeUnit.SECONDS.sleep(1);
      String savepoint = resumeUntilSavepoint(log);
      resumeToTheEnd(log, savepoint);
      assertThat(output()).isEqualTo(expected(log.length()));
    }
  }

  /** Steady input, silence in which all of it is checkpointed and made visible, kill -9. */
  private void runUntilKilled(LogServer log) throws Exception {
    try (LiveProcess job = new LiveProcess(log, directory, 2, INTERVAL_MILLIS, LATEST)) {
      log.append(30, PAUSE_MILLIS);
      job.awaitRead(30);
      job.skip();
      TimeUnit.SECONDS.sleep(QUIET_SECONDS);
      // The first may have been triggered before the last line was read, the second was not.
      long first = Long.parseLong(job.await("checkpoint"));
      assertThat(Long.parseLong(job.await("checkpoint"))).isGreaterThan(first);
      awaitOutput(30);
      assertThat(log.begins()).as("one connection, for all the silence").containsExactly(0L);
      log.append(5, PAUSE_MILLIS);
      job.kill();
    }
  }

  /** The log is quiet when the job goes on, and gets lines while the job is stopped. */
  private String resumeUntilSavepoint(LogServer log) throws Exception {
    try (LiveProcess job = new LiveProcess(log, directory, 2, INTERVAL_MILLIS, LATEST)) {
      long begin = awaitClient(log, 2);
      assertThat(begin).as("goes on where the latest checkpoint is").isBetween(30L, 35L);
      log.append(20, PAUSE_MILLIS);
      job.awaitRead(log.length() - begin);
      job.command(LiveCounts.STOP);
      String savepoint = job.await("savepoint");
      assertThat(job.waitFor()).isZero();
      assertThat(output()).as("all that the savepoint holds").isEqualTo(expected(log.length()));
      log.append(3, 0);
      return savepoint;
    }
  }

  private void resumeToTheEnd(LogServer log, String savepoint) throws Exception {
    try (LiveProcess job = new LiveProcess(log, directory, 3, INTERVAL_MILLIS, savepoint)) {
      assertThat(awaitClient(log, 3)).as("goes on where the savepoint is").isEqualTo(55);
      log.append(20, PAUSE_MILLIS);
      log.end();
      assertThat(job.await("finished")).isEqualTo("23");
      assertThat(job.waitFor()).isZero();
    }
  }

  /** Waits for the client of a number, from 1; gives the line that it began with. */
  private static long awaitClient(LogServer log, int number) throws InterruptedException {
    while (log.begins().size() < number) {
      Thread.sleep(10);
    }
    assertThat(log.begins()).hasSize(number);
    return log.begins().get(number - 1);
  }

  private void awaitOutput(long lines) throws Exception {
    while (output().size() < lines) {
      Thread.sleep(10);
    }
    assertThat(output()).isEqualTo(expected(lines));
  }

  /** All visible lines, sorted. */
  private List<String> output() throws IOException {
    List<String> lines = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory.resolve("output"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".csv")).toList()) {
        lines.addAll(Files.readAllLines(file));
      }
    } catch (NoSuchFileException e) {
      return List.of(); // The job has not begun.
    }
    lines.sort(null);
    return lines;
  }

  private static List<String> expected(long lines) {
    return LongStream.range(0, lines)
        .mapToObj(number -> LogServer.line(number) + " " + LogServer.countOfKey(number))
        .sorted()
        .toList();
  }
}
