package io.streambed.flink.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The copy of the state that stays with the TaskManager: read first, and only as good as it is. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class LocalRecoveryTest {
  @RegisterExtension static final Cluster CLUSTER = new Cluster();

  private static List<String> expected;

  @TempDir Path localState;
  @TempDir Path directory;
  private MiniCluster cluster;
  private Trial trial;
  private Job job;
  private long checkpoint;

  @BeforeAll
  static void runWithoutFailure(@TempDir Path directory) {
    expected = EveryKindJob.uninterrupted(CLUSTER, directory);
  }

  /** In a cluster of its own: what a TaskManager keeps of an earlier job goes at some time. */
  @BeforeEach
  void takeCheckpoint() {
    Configuration configuration = new Configuration();
    configuration.set(StateRecoveryOptions.LOCAL_RECOVERY, true);
    configuration.set(CheckpointingOptions.LOCAL_BACKUP_ENABLED, true);
    configuration.set(
        CheckpointingOptions.LOCAL_RECOVERY_TASK_MANAGER_STATE_ROOT_DIRS, localState.toString());
    cluster = Cluster.start(configuration, 1);
    trial = new Trial("local-recovery").pauseBefore(1_000);
    job =
        Job.start(
                cluster,
                trial.name(),
                EveryKindJob.build(trial, Job.configuration(Job.STREAMBED, 2, directory)))
            .awaitPause(trial);
    checkpoint = job.checkpoint();
    assertThat(remoteFiles()).isNotEmpty();
    assertThat(localFiles()).hasSameSizeAs(remoteFiles());
  }

  @AfterEach
  void stopCluster() throws Exception {
    cluster.close();
  }

  private List<Path> remoteFiles() {
    return StateFiles.keyed(job.checkpointPath(checkpoint, directory));
  }

  /** The copies; beside them Flink keeps what it knows of each task. */
  private List<Path> localFiles() {
    return StateFiles.below(localState).stream()
        .filter(file -> !file.getFileName().toString().startsWith("_"))
        .toList();
  }

  private void fail() {
    trial.failAt(2_000);
    trial.release();
  }

  private void assertFinishes() {
    job.finish();
    assertThat(trial.restoredCheckpoints()).containsExactly(checkpoint);
    trial.assertOutput(expected);
  }

  @Test
  void restore_remoteFilesGone_readsTheLocalCopy() {
    StateFiles.delete(remoteFiles());
    fail();
    assertFinishes();
  }

  @Test
  void restore_localCopyDamaged_readsTheRemoteFiles() {
    StateFiles.damage(localFiles());
    fail();
    assertFinishes();
  }

  @Test
  void restore_localCopyDamagedAndRemoteFilesGone_failsNamingTheDamage() {
    List<Path> local = localFiles();
    StateFiles.damage(local);
    StateFiles.delete(remoteFiles());
    fail();
    assertThat(job.failure()).contains("CorruptionException").containsAnyOf(names(local));
  }

  private static String[] names(List<Path> files) {
    return files.stream().map(file -> file.getFileName().toString()).toArray(String[]::new);
  }
}
