package io.streambed.flink.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateChangelogOptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Flink's changelog backend over Streambed, through a failure. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ChangelogTest {
  @RegisterExtension static final Cluster CLUSTER = new Cluster();

  private static List<String> expected;

  @TempDir Path directory;

  @BeforeAll
  static void runWithoutFailure(@TempDir Path directory) {
    expected = EveryKindJob.uninterrupted(CLUSTER, directory);
  }

  private Job start(Trial trial, Duration materialization) {
    Configuration configuration = Job.configuration(Job.STREAMBED, 2, directory);
    configuration.set(StateChangelogOptions.ENABLE_STATE_CHANGE_LOG, true);
    configuration.set(StateChangelogOptions.STATE_CHANGE_LOG_STORAGE, "filesystem");
    configuration.setString("dstl.dfs.base-path", directory.resolve("changes").toUri().toString());
    configuration.set(StateChangelogOptions.PERIODIC_MATERIALIZATION_INTERVAL, materialization);
    return Job.start(CLUSTER.get(), trial.name(), EveryKindJob.build(trial, configuration));
  }

  private void failAndFinish(Trial trial, Job job, long checkpoint) {
    trial.failAt(2_000);
    trial.release();
    job.finish();
    assertThat(trial.restoredCheckpoints()).containsExactly(checkpoint);
    trial.assertOutput(expected);
  }

  @Test
  void changelog_withoutMaterialization_replaysAllChanges() {
    Trial trial = new Trial("changelog-replayed").pauseBefore(1_000);
    Job job = start(trial, Duration.ofHours(1)).awaitPause(trial);
    long checkpoint = job.checkpoint();
    assertThat(StateFiles.keyed(job.checkpointPath(checkpoint, directory))).isEmpty();
    failAndFinish(trial, job, checkpoint);
  }

  @Test
  void changelog_materialized_restoresSnapshotAndChanges() {
    Trial trial = new Trial("changelog-materialized").pauseBefore(1_000);
    Job job = start(trial, Duration.ofMillis(20)).awaitPause(trial);
    long[] checkpoint = new long[1];
    Cluster.await(
        "a checkpoint with materialized state",
        () -> {
          checkpoint[0] = job.checkpoint();
          return !StateFiles.keyed(job.checkpointPath(checkpoint[0], directory)).isEmpty();
        });
    failAndFinish(trial, job, checkpoint[0]);
  }
}
