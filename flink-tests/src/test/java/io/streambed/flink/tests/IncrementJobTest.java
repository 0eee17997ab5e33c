package io.streambed.flink.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateChangelogOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.RecoveryClaimMode;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.state.IncrementalKeyedStateHandle.HandleAndLocalPath;
import org.apache.flink.runtime.state.IncrementalRemoteKeyedStateHandle;
import org.apache.flink.runtime.state.filemerging.SegmentFileStateHandle;
import org.apache.flink.util.FileUtils;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Jobs whose checkpoints are increments of testkit's store of bytes. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class IncrementJobTest {
  @RegisterExtension static final Cluster CLUSTER = new Cluster();

  private static List<String> expected;

  @TempDir Path directory;

  @BeforeAll
  static void runWithoutFailure(@TempDir Path directory) {
    expected = EveryKindJob.uninterrupted(CLUSTER, directory);
  }

  private Configuration configuration(int parallelism) {
    Configuration configuration = Job.configuration(Job.BYTES, parallelism, directory);
    configuration.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true);
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 10);
    return configuration;
  }

  private Configuration from(Path path, int parallelism, RecoveryClaimMode mode) {
    Configuration configuration = Job.from(path, configuration(parallelism));
    configuration.set(StateRecoveryOptions.RESTORE_MODE, mode);
    return configuration;
  }

  private static Job start(Trial trial, Configuration configuration) {
    return Job.start(CLUSTER.get(), trial.name(), EveryKindJob.build(trial, configuration));
  }

  private Set<String> sharedFiles(Job job, long checkpoint) {
    Path shared = job.checkpointPath(checkpoint, directory).resolveSibling("shared");
    return StateFiles.below(shared).stream()
        .map(file -> file.getFileName().toString())
        .collect(Collectors.toSet());
  }

  private List<IncrementalRemoteKeyedStateHandle> increments(Job job, long checkpoint) {
    return StateFiles.increments(job.checkpointPath(checkpoint, directory));
  }

  /** Whether a checkpoint wrote its manifests and no other keyed state. */
  private boolean wroteManifestsOnly(Job job, long checkpoint) {
    return increments(job, checkpoint).stream()
        .allMatch(
            increment ->
                increment.getCheckpointedSize()
                    == increment.getMetaDataStateHandle().getStateSize());
  }

  @Test
  void fail_betweenManyCheckpoints_givesTheSameLinesAndLeavesNoFileBehind() {
    Trial trial = new Trial("increments-killed").pauseBefore(300);
    Job job = start(trial, configuration(2)).awaitPause(trial);
    List<Long> restored = new ArrayList<>();
    long checkpoint = 0;
    for (long event = 300; event < 2_700; event += 300) {
      checkpoint = job.checkpoint();
      if (event % 600 == 0) {
        restored.add(checkpoint);
        trial.failAt(event + 150);
      }
      trial.advanceTo(event + 300);
      job.awaitPause(trial);
    }
    Cluster.await(
        "a checkpoint of unchanged state writes none of it",
        () -> wroteManifestsOnly(job, job.checkpoint()));
    long last = job.checkpoint();
    assertThat(increments(job, last)).hasSizeGreaterThan(4);
    Set<String> referred = StateFiles.shared(increments(job, last));
    assertThat(referred).hasSizeGreaterThan(20);
    Cluster.await("only what it refers to is left", () -> sharedFiles(job, last).equals(referred));
    restored.add(last);
    trial.failAt(2_850);
    trial.release();
    job.finish();
    assertThat(trial.restoredCheckpoints()).isEqualTo(restored).hasSizeGreaterThan(4);
    trial.assertOutput(expected);
  }

  /** Flink puts many of the job's files into one, and deletes that by what it is told of reuse. */
  @Test
  void fail_withFilesThatFlinkMerges_givesTheSameLines() {
    Configuration configuration = configuration(2);
    configuration.set(CheckpointingOptions.FILE_MERGING_ENABLED, true);
    Trial trial = new Trial("increments-merged").pauseBefore(500);
    Job job = start(trial, configuration).awaitPause(trial);
    Cluster.await(
        "a checkpoint of unchanged state writes none of it",
        () -> wroteManifestsOnly(job, job.checkpoint()));
    long last = 0;
    for (int i = 0; i < 4; i++) {
      last = job.checkpoint();
    }
    assertThat(increments(job, last))
        .isNotEmpty()
        .flatMap(IncrementalRemoteKeyedStateHandle::getSharedState)
        .extracting(HandleAndLocalPath::getHandle)
        .hasOnlyElementsOfType(SegmentFileStateHandle.class);
    trial.failAt(700);
    trial.advanceTo(1_000);
    job.awaitPause(trial);
    long next = job.checkpoint();
    trial.failAt(1_200);
    trial.release();
    job.finish();
    assertThat(trial.restoredCheckpoints()).containsExactly(last, next);
    trial.assertOutput(expected);
  }

  /** What Flink's changelog materializes are increments, under numbers of its own. */
  @Test
  void fail_underTheChangelog_givesTheSameLines() {
    Configuration configuration = configuration(2);
    configuration.set(StateChangelogOptions.ENABLE_STATE_CHANGE_LOG, true);
    configuration.set(StateChangelogOptions.STATE_CHANGE_LOG_STORAGE, "filesystem");
    configuration.setString("dstl.dfs.base-path", directory.resolve("changes").toUri().toString());
    configuration.set(
        StateChangelogOptions.PERIODIC_MATERIALIZATION_INTERVAL, Duration.ofMillis(20));
    Trial trial = new Trial("increments-changelog").pauseBefore(200);
    Job job = start(trial, configuration).awaitPause(trial);
    boolean refers = false;
    long last = job.checkpoint();
    for (long event = 400; event <= 1_600; event += 200) {
      trial.advanceTo(event);
      job.awaitPause(trial);
      last = awaitMaterialized(job);
      refers |= refersToEarlierFiles(job, last);
    }
    assertThat(refers).as("an increment refers to files of an earlier one").isTrue();
    trial.failAt(2_000);
    trial.release();
    job.finish();
    assertThat(trial.restoredCheckpoints()).containsExactly(last);
    trial.assertOutput(expected);
  }

  /** Takes checkpoints until one has increments. */
  private long awaitMaterialized(Job job) {
    long[] checkpoint = new long[1];
    Cluster.await(
        "a checkpoint with materialized increments",
        () -> {
          checkpoint[0] = job.checkpoint();
          return !increments(job, checkpoint[0]).isEmpty();
        });
    return checkpoint[0];
  }

  private boolean refersToEarlierFiles(Job job, long checkpoint) {
    return increments(job, checkpoint).stream()
        .anyMatch(increment -> increment.getCheckpointedSize() < increment.getStateSize());
  }

  @Test
  void restore_noClaim_firstCheckpointNeedsNothingOfTheOldJob() throws IOException {
    Trial trial = new Trial("increments-no-claim").pauseBefore(1_000);
    Job old = start(trial, configuration(2)).awaitPause(trial);
    old.checkpoint();
    Path left = old.checkpointPath(old.checkpoint(), directory);
    old.cancel();
    trial.pauseBefore(1_000);
    Job job = start(trial, from(left, 2, RecoveryClaimMode.NO_CLAIM)).awaitPause(trial);
    List<Path> before = StateFiles.below(left.getParent());
    job.checkpoint();
    job.checkpoint();
    assertThat(StateFiles.below(left.getParent())).as("still the user's").isEqualTo(before);
    FileUtils.deleteDirectory(left.getParent().toFile());
    trial.failAt(2_000);
    trial.release();
    job.finish();
    assertThat(trial.restoredCheckpoints()).hasSize(2);
    trial.assertOutput(expected);
  }

  @Test
  void restore_claimFromOneToThreeToTwo_losesNothingAndDeletesWhatIsUnused() {
    Trial trial = new Trial("increments-rescaled").pauseBefore(800);
    Job one = start(trial, configuration(1)).awaitPause(trial);
    Path ofOne = one.checkpointPath(one.checkpoint(), directory);
    one.cancel();
    trial.pauseBefore(1_600);
    Job three = start(trial, from(ofOne, 3, RecoveryClaimMode.CLAIM)).awaitPause(trial);
    Path ofThree = three.checkpointPath(three.checkpoint(), directory);
    Set<String> referred = StateFiles.shared(StateFiles.increments(ofThree));
    Cluster.await(
        "of the first job only what is referred to is left",
        () ->
            StateFiles.below(ofOne.getParent()).stream()
                .allMatch(file -> referred.contains(file.getFileName().toString())));
    three.cancel();
    trial.pauseBefore(2_400);
    Job two = start(trial, from(ofThree, 2, RecoveryClaimMode.CLAIM)).awaitPause(trial);
    long last = two.checkpoint();
    trial.failAt(2_700);
    trial.release();
    two.finish();
    assertThat(trial.restoredCheckpoints()).hasSize(3).endsWith(last);
    trial.assertOutput(expected);
  }

  @Test
  void savepoints_betweenTheStores_loseNothing() {
    Trial trial = new Trial("increments-savepoints").pauseBefore(700);
    Job bytes = start(trial, configuration(2)).awaitPause(trial);
    bytes.checkpoint();
    Path canonical = bytes.stop(SavepointFormatType.CANONICAL, directory);
    trial.pauseBefore(1_400);
    Job heap =
        start(trial, Job.from(canonical, Job.configuration(Job.STREAMBED, 2, directory)))
            .awaitPause(trial);
    Path container = heap.stop(SavepointFormatType.NATIVE, directory);
    trial.pauseBefore(2_100);
    Job again = start(trial, Job.from(container, configuration(3))).awaitPause(trial);
    again.checkpoint();
    Path nativeOfBytes = again.stop(SavepointFormatType.NATIVE, directory);
    trial.release();
    start(trial, Job.from(nativeOfBytes, Job.configuration(Job.STREAMBED, 1, directory))).finish();
    trial.assertOutput(expected);
  }
}
