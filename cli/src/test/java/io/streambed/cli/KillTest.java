package io.streambed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.cli.Choices.Backend;
import io.streambed.cli.KillLoop.Kill;
import io.streambed.file.FileSystem;
import io.streambed.file.LocalFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Twelve kills (kill -9) of the flights job, each at the n-th event of some name, each before the
 * end, each followed by a restore of the latest checkpoint at another parallelism. After every kill
 * what is visible is part of the right output; at the end it is all of it. And twelve while a
 * reader takes visible files away. {@code streambed crash-loop} is the same for as long as wanted.
 */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class KillTest {
  private static final long SEED = 20_010_101;
  private static final int LINES = 40_000;

  /** So short that a process does not come far between two checkpoints. */
  private static final long INTERVAL_MILLIS = 5;

  private static final long NEVER_MILLIS = 3_600_000;

  /** Of each event and how late it may be drawn; every process sees it so often before its end. */
  private static final List<Map<String, Integer>> ROUNDS =
      List.of(
          // While the first checkpoint is written.
          of("CheckpointTriggered", 2, "SubtaskSnapshot", 20, "CheckpointStoring", 1),
          // While a checkpoint becomes complete and is committed; while it is restored.
          of("CheckpointStoring", 2, "CheckpointCompleted", 1, "Committing", 2, "Restoring", 1),
          // Before anything runs again, and anywhere.
          of("Committing", 1, "Running", 1, "RecordsRead", 20, "", 40));

  /** Where a file may be visible and its commit not over; and how late each may be drawn. */
  private static final Map<String, Integer> AROUND_COMMITS =
      of("CheckpointCompleted", 2, "Committing", 12, "Running", 1, "CheckpointTriggered", 3);

  private final FileSystem files = new LocalFileSystem();
  private final SplittableRandom random = new SplittableRandom(SEED);

  private int kills;

  @TempDir Path directory;

  private static Map<String, Integer> of(Object... eventsAndLatest) {
    Map<String, Integer> kills = new LinkedHashMap<>();
    for (int i = 0; i < eventsAndLatest.length; i += 2) {
      kills.put((String) eventsAndLatest[i], (Integer) eventsAndLatest[i + 1]);
    }
    return kills;
  }

  private Kill draw(String event, int latest, int parallelism) {
    return new Kill(event, random.nextInt(1, latest + 1), parallelism);
  }

  private Path input() throws IOException {
    List<String> lines = new ArrayList<>(Cli.january(LINES));
    lines.add(1_234, "no flight");
    lines.add(15_000, "2001-01-01T00:00,1,1,ATL,SAV");
    return Files.write(directory.resolve("flights.csv"), lines);
  }

  @Test
  void kills_atEventsOfEveryKind_thenRestoreLatest_giveTheUninterruptedOutput() throws IOException {
    FlightsRun template =
        new FlightsRun(input(), Home.rules(), directory.resolve("reference"), INTERVAL_MILLIS);
    OutputLines expected = KillLoop.reference(files, template, 1);
    assertThat(expected.lines()).contains("rejected-total,2").hasSizeGreaterThan(1_000);
    for (int round = 0; round < ROUNDS.size(); round++) {
      FlightsRun run = template.in(directory.resolve("round-" + round));
      KillLoop loop = new KillLoop(files, run, expected);
      if (round == 0) {
        FlightsRun withoutCheckpoints =
            new FlightsRun(run.input(), run.rules(), run.directory(), NEVER_MILLIS);
        kill(new KillLoop(files, withoutCheckpoints, expected), draw("RecordsRead", 50, 3));
      }
      int parallelism = 1;
      for (Map.Entry<String, Integer> each : ROUNDS.get(round).entrySet()) {
        kill(loop, draw(each.getKey(), each.getValue(), parallelism));
        parallelism = parallelism % 4 + 1;
      }
      assertThat(loop.isComplete()).as("before the end").isFalse();
      loop.toTheEnd(parallelism);
      assertThat(loop.isComplete()).as("seed " + SEED + ", round " + round).isTrue();
    }
    assertThat(kills).isEqualTo(12);
  }

  @Test
  void kills_onRocksWithIncrementalCheckpoints_giveTheHeapsOutput() throws IOException {
    FlightsRun template =
        new FlightsRun(input(), Home.rules(), directory.resolve("reference"), INTERVAL_MILLIS);
    OutputLines expected = KillLoop.reference(files, template, 2);
    FlightsRun run = template.in(directory.resolve("rocksdb")).on(Backend.ROCKSDB);
    KillLoop loop = new KillLoop(files, run, expected);
    kill(loop, draw("CheckpointStoring", 3, 2));
    kill(loop, draw("CheckpointCompleted", 3, 3));
    kill(loop, draw("SubtaskSnapshot", 40, 1));
    kill(loop, draw("Committing", 3, 4));
    loop.toTheEnd(2);
    assertThat(loop.isComplete()).as("seed " + SEED).isTrue();
    StateSize all = loop.checkpointed();
    assertThat(all.writtenBytes()).as("shares files").isLessThan(all.bytes());
  }

  @Test
  void kills_whileAReaderTakesVisibleFilesAway_giveEachLineOnceToIt() throws IOException {
    FlightsRun template =
        new FlightsRun(input(), Home.rules(), directory.resolve("reference"), INTERVAL_MILLIS);
    OutputLines expected = KillLoop.reference(files, template, 2);
    for (int round = 0; round < 3; round++) {
      FlightsRun run = template.in(directory.resolve("taken-" + round));
      KillLoop loop = new KillLoop(files, run, expected, true);
      int parallelism = 1;
      for (Map.Entry<String, Integer> each : AROUND_COMMITS.entrySet()) {
        kill(loop, draw(each.getKey(), each.getValue(), parallelism));
        parallelism = parallelism % 3 + 1;
      }
      loop.toTheEnd(parallelism);
      assertThat(loop.isComplete()).as("seed " + SEED + ", round " + round).isTrue();
      assertThat(OutputLines.read(files, run.output()).lines()).as("all taken").isEmpty();
    }
    assertThat(kills).isEqualTo(12);
  }

  private void kill(KillLoop loop, Kill kill) {
    assertThat(loop.kill(kill)).as("seed " + SEED + ", killed at " + kill).isTrue();
    kills++;
  }
}
