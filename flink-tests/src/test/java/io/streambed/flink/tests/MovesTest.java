package io.streambed.flink.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.SavepointFormatType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A job that moves between backends by savepoint does what one that never stopped does. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class MovesTest {
  @RegisterExtension static final Cluster CLUSTER = new Cluster();

  private static List<String> expected;

  @TempDir Path directory;

  @BeforeAll
  static void runWithoutInterruption(@TempDir Path directory) {
    expected = EveryKindJob.uninterrupted(CLUSTER, directory);
    assertThat(expected).hasSizeGreaterThan(2 * EveryKindJob.EVENTS);
    for (String part : List.of(" timer ", " pending ", " total ", " session ", "=null")) {
      assertThat(expected.stream().filter(line -> line.contains(part)).count())
          .as(part)
          .isGreaterThan(50);
    }
  }

  private static Job start(Trial trial, Configuration configuration) {
    return Job.start(CLUSTER.get(), trial.name(), EveryKindJob.build(trial, configuration));
  }

  /** Runs up to an event, stops there; gives the savepoint. */
  private Path runUntil(
      long event, Trial trial, Configuration configuration, SavepointFormatType format) {
    trial.pauseBefore(event);
    Job job = start(trial, configuration);
    return job.awaitPause(trial).stop(format, directory);
  }

  private Configuration on(String backend, int parallelism) {
    return Job.configuration(backend, parallelism, directory);
  }

  @Test
  void execute_onStreambedAlone_givesTheSameLines() {
    Trial trial = new Trial("moves-streambed");
    start(trial, on(Job.STREAMBED, 2)).finish();
    trial.assertOutput(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {Job.ROCKSDB, Job.HASHMAP})
  void canonicalSavepoint_toStreambedAndBack_losesNothing(String origin) {
    SavepointFormatType canonical = SavepointFormatType.CANONICAL;
    Trial trial = new Trial("moves-from-" + origin);
    Path first = runUntil(1_000, trial, on(origin, 2), canonical);
    Path second = runUntil(2_000, trial, Job.from(first, on(Job.STREAMBED, 3)), canonical);
    for (String target : List.of(Job.ROCKSDB, Job.HASHMAP)) {
      trial.release();
      start(trial, Job.from(second, on(target, 2))).finish();
      trial.assertOutput(expected);
    }
  }

  @Test
  void nativeSavepoint_fromStreambedToStreambed_losesNothing() {
    SavepointFormatType nativeFormat = SavepointFormatType.NATIVE;
    Trial trial = new Trial("moves-native");
    Path first = runUntil(1_000, trial, on(Job.STREAMBED, 3), nativeFormat);
    Path second = runUntil(2_000, trial, Job.from(first, on(Job.STREAMBED, 1)), nativeFormat);
    trial.release();
    start(trial, Job.from(second, on(Job.STREAMBED, 2))).finish();
    trial.assertOutput(expected);
  }
}
