package io.streambed.examples.guide;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.runtime.JobHandle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs the small programs of the documentation. */
@Timeout(300)
class ProgramsTest {
  @TempDir Path directory;

  @Test
  void clicks_ofTheReadme_areCountedByUserAndTenMinutes() throws IOException {
    Files.writeString(
        directory.resolve("clicks.csv"), "ada,1000\nada,598000\ngrace,2000\nada,601000\n");
    Clicks.main(new String[] {directory.toString()});
    assertThat(lines(directory.resolve("counts")))
        .containsExactlyInAnyOrder(
            "Window[user=ada, endMillis=599999]: 2",
            "Window[user=grace, endMillis=599999]: 1",
            "Window[user=ada, endMillis=1199999]: 1");
  }

  @Test
  void stateAlone_runTwice_goesOnFromItsCheckpoint() {
    assertThat(printed(() -> StateAlone.main(new String[] {directory.toString()}))).isEqualTo("1");
    assertThat(printed(() -> StateAlone.main(new String[] {directory.toString()}))).isEqualTo("2");
  }

  @Test
  void operating_stoppedAndMovedToTheHeap_countsEachLineOnce() throws Exception {
    Path log = Files.createFile(directory.resolve("log"));
    Path output = Files.createDirectory(directory.resolve("output"));
    List<String> status = Collections.synchronizedList(new ArrayList<>());
    JobHandle running =
        Operating.start(Operating.job(log, output, 2), directory.resolve("rocksdb"), status::add);
    append(log, "a\nb\na\nhal");
    awaitRead(running, 3);
    while (status.isEmpty()) {
      Thread.sleep(10);
    }
    String savepoint = Operating.stop(running);
    append(log, "f\na\nhalf\n");
    JobHandle resumed =
        Operating.resume(Operating.job(log, output, 3), directory.resolve("heap"), savepoint);
    awaitRead(resumed, 3);
    Operating.stop(resumed);
    assertThat(status.get(0)).matches("checkpoint \\d+: \\d+ B");
    List<String> lines = new ArrayList<>();
    try (Stream<Path> files = Files.list(output)) {
      for (Path file : files.toList()) {
        lines.addAll(Files.readAllLines(file));
      }
    }
    assertThat(lines).containsExactlyInAnyOrder("a 1", "b 1", "a 2", "a 3", "half 1", "half 2");
  }

  @Test
  void looking_intoTheJobOfOperating_findsCountsSumsAndStatistics() throws Exception {
    Path log = Files.createFile(directory.resolve("log"));
    Path output = Files.createDirectory(directory.resolve("output"));
    JobHandle running =
        Operating.start(Operating.job(log, output, 2), directory.resolve("rocksdb"), status -> {});
    append(log, "a\nb\na\n");
    while (Looking.count(running, "a") < 2 || Looking.count(running, "b") < 1) {
      Thread.sleep(10);
    }
    assertThat(Looking.sum(running, List.of("a", "b", "c"))).isEqualTo(3);
    assertThat(printed(() -> Looking.print(running, System.out)))
        .contains("count count: 2 entries");
    running.cancel();
    running.await();
  }

  @Test
  void visits_restoredWithThreeSubtasks_goOnFromTheCheckpoint() throws Exception {
    List<String> results = new ArrayList<>();
    Visits.run(directory, results::add);
    assertThat(results).containsExactlyInAnyOrder("ada 2", "grace 2");
  }

  private static void append(Path log, String text) throws IOException {
    Files.writeString(log, text, StandardOpenOption.APPEND);
  }

  private static void awaitRead(JobHandle running, long records) throws InterruptedException {
    while (running.recordsRead() < records && !running.isDone()) {
      Thread.sleep(10);
    }
    assertThat(running.isDone()).isFalse();
  }

  private static String printed(Runnable program) {
    PrintStream before = System.out;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      program.run();
    } finally {
      System.setOut(before);
    }
    return bytes.toString(StandardCharsets.UTF_8).strip();
  }

  /** What a file sink has made visible. */
  static List<String> lines(Path output) throws IOException {
    List<String> lines = new ArrayList<>();
    try (Stream<Path> files = Files.list(output)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".csv")).toList()) {
        lines.addAll(Files.readAllLines(file));
      }
    }
    return lines;
  }
}
