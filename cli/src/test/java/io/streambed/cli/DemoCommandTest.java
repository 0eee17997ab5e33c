package io.streambed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.cli.Cli.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code demo}, over a part of January. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class DemoCommandTest {
  private static final int LINES = 80_000;

  @TempDir Path directory;

  private Result demo(String... more) throws IOException {
    String[] arguments = {
      "demo",
      "--input",
      Cli.januaryFile(directory, LINES).toString(),
      "--checkpoint-interval",
      "20ms",
      "--work",
      directory.resolve("work").toString()
    };
    Object[] all = Stream.of(arguments, more).flatMap(Stream::of).toArray();
    return Cli.call(all);
  }

  private static long number(String out, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(out);
    assertThat(matcher.find()).as(out).isTrue();
    return Long.parseLong(matcher.group(1));
  }

  @Test
  void demo_killedAndResumed_isIdentical() throws IOException {
    Result result = demo("--keep").succeeds();
    assertThat(result.out())
        .containsPattern("identical: +yes")
        .containsPattern("parallelism: +2 before, 4 after")
        .containsPattern("hour-stats +aggregating");
    assertThat(number(result.out(), "records replayed: +([0-9]+)")).isPositive();
    assertThat(number(result.out(), "\\(([0-9]+) % of the input\\)")).isBetween(20L, 80L);
    assertThat(number(result.out(), "and ([0-9]+) checkpoints")).isGreaterThanOrEqualTo(2);
    assertThat(number(result.out(), "output resumed: +([0-9]+) lines"))
        .isEqualTo(number(result.out(), "output reference: +([0-9]+) lines"))
        .isGreaterThan(1_000);
    assertThat(directory.resolve("work/killed/output/hourly")).isDirectory();
  }

  @Test
  void demo_fromHeapToRocks_isIdentical() throws IOException {
    Result result = demo("--resume-backend", "rocksdb", "--keep").succeeds();
    assertThat(result.out())
        .containsPattern("identical: +yes")
        .containsPattern("backend: +heap before, rocksdb after, heap uninterrupted");
    assertThat(directory.resolve("work/killed/checkpoints-rocksdb")).isDirectory();
  }

  @Test
  void demo_fromRocksToHeap_isIdentical() throws IOException {
    Result result = demo("--backend", "rocksdb", "--resume-backend", "heap").succeeds();
    assertThat(result.out())
        .contains("full checkpoints before the kill: heap is to restore them")
        .containsPattern("state before: +([0-9]+) bytes: \\1 written .*, 0 shared")
        .containsPattern("identical: +yes")
        .containsPattern("backend: +rocksdb before, heap after, heap uninterrupted");
  }

  @Test
  void demo_onRocks_resumesFromAnIncrementalCheckpoint() throws IOException {
    Result result = demo("--backend", "rocksdb", "--keep").succeeds();
    assertThat(result.out())
        .containsPattern("identical: +yes")
        .containsPattern("backend: +rocksdb before, rocksdb after, heap uninterrupted")
        .doesNotContain("full checkpoints");
    for (String when : List.of("before", "after")) {
      assertThat(number(result.out(), "state " + when + ": .*, ([0-9]+) shared")).isPositive();
    }
    assertThat(directory.resolve("work/killed/checkpoints/shared"))
        .isDirectoryContaining("glob:**.data");
  }

  @Test
  void demo_incrementalForAnotherBackend_isWrongUsage() throws IOException {
    Result result =
        demo(
            "--backend", "rocksdb", "--resume-backend", "heap", "--checkpoint-mode", "incremental");
    assertThat(result.code()).isEqualTo(Main.USAGE);
    result.naming("--checkpoint-mode incremental", "--resume-backend heap");
  }

  @Test
  void demo_oneLineTampered_differsAndCleansUp() throws IOException {
    Result result = demo("--tamper");
    assertThat(result.code()).as(result.out() + result.err()).isEqualTo(Main.DIFFERS);
    assertThat(result.out()).containsPattern("identical: +no");
    assertThat(directory.resolve("work")).doesNotExist();
  }

  @Test
  void demo_workDirectoryInUse_isRefused() throws IOException {
    Files.createDirectories(directory.resolve("work/other"));
    demo().failsWithOneLine(Main.FAILED).naming(directory.resolve("work"), "not empty");
    assertThat(directory.resolve("work/other")).exists();
  }
}
