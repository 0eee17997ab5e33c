package io.streambed.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.flink.FreeingJob.Stage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.StateChangelogOptions;
import org.apache.flink.core.execution.CheckpointType;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.executiongraph.AccessExecution;
import org.apache.flink.runtime.executiongraph.AccessExecutionVertex;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** However a task ends, its stores are closed and its memory is given back. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class FreeingTest {
  private static final int PARALLELISM = 2;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private static MiniCluster cluster;

  private final CountingStores stores = new CountingStores().forJobs();

  @TempDir Path directory;

  @BeforeAll
  static void startCluster() throws Exception {
    cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(PARALLELISM)
                .withRandomPorts()
                .build());
    cluster.start();
  }

  @AfterAll
  static void stopCluster() throws Exception {
    cluster.close();
  }

  @BeforeEach
  void setStage() {
    FreeingJob.stage = new Stage();
  }

  private JobID start(boolean async, boolean changelog, int restarts) throws Exception {
    Configuration config = new Configuration();
    config.set(StateBackendOptions.STATE_BACKEND, CountingStores.Backend.class.getName());
    config.set(CoreOptions.DEFAULT_PARALLELISM, PARALLELISM);
    config.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY,
        directory.resolve("checkpoints").toUri().toString());
    config.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofHours(1));
    config.set(CheckpointingOptions.MIN_PAUSE_BETWEEN_CHECKPOINTS, Duration.ofHours(1));
    config.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    config.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, restarts);
    config.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(1));
    if (changelog) {
      config.set(StateChangelogOptions.ENABLE_STATE_CHANGE_LOG, true);
      config.set(StateChangelogOptions.STATE_CHANGE_LOG_STORAGE, "filesystem");
      config.setString("dstl.dfs.base-path", directory.resolve("changes").toUri().toString());
    }
    JobGraph graph = FreeingJob.graph(config, async);
    cluster.submitJob(graph).get();
    return graph.getJobID();
  }

  private JobStatus end(JobID job) throws Exception {
    cluster.requestJobResult(job).get(60, TimeUnit.SECONDS);
    return cluster.getJobStatus(job).get();
  }

  private void assertFreed() {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (!stores.allFreed() && System.nanoTime() < deadline) {
      LockSupport.parkNanos(1_000_000);
    }
    assertThat(stores.allFreed()).as("%s", stores).isTrue();
    assertThat(stores.created.get()).isPositive();
  }

  /** Waits until all tasks run and there is state. */
  private void awaitRunning(JobID job) throws Exception {
    assertThat(FreeingJob.stage.processed.await(60, TimeUnit.SECONDS)).isTrue();
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (!isRunning(job)) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("the job does not run");
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static boolean isRunning(JobID job) throws Exception {
    for (AccessExecutionVertex vertex :
        cluster.getExecutionGraph(job).get().getAllExecutionVertices()) {
      if (vertex.getExecutionState() != ExecutionState.RUNNING) {
        return false;
      }
    }
    return true;
  }

  @ParameterizedTest(name = "asynchronous {0}, changelog {1}")
  @CsvSource({"false, false", "true, false", "false, true", "true, true"})
  void job_endsNormally_isFreed(boolean async, boolean changelog) throws Exception {
    assertThat(end(start(async, changelog, 0))).isEqualTo(JobStatus.FINISHED);
    assertFreed();
  }

  @ParameterizedTest(name = "asynchronous {0}, changelog {1}")
  @CsvSource({"false, false", "true, false", "false, true", "true, true"})
  void job_cancelledWhileItRuns_isFreed(boolean async, boolean changelog) throws Exception {
    FreeingJob.stage.waitsAt(500);
    JobID job = start(async, changelog, 0);
    assertThat(FreeingJob.stage.waits.await(60, TimeUnit.SECONDS)).isTrue();
    cluster.cancelJob(job).get();
    assertThat(end(job)).isEqualTo(JobStatus.CANCELED);
    assertFreed();
  }

  @ParameterizedTest(name = "asynchronous {0}, changelog {1}")
  @CsvSource({"false, false", "true, false", "false, true", "true, true"})
  void job_failsAndIsRestarted_bothAttemptsAreFreed(boolean async, boolean changelog)
      throws Exception {
    FreeingJob.stage.failsAt(500);
    assertThat(end(start(async, changelog, 1))).isEqualTo(JobStatus.FAILED);
    assertFreed();
    assertThat(stores.created).hasValue(2 * PARALLELISM);
  }

  /** A store is freed with its task, and not only when Flink lets go of the job's classes. */
  @ParameterizedTest(name = "asynchronous {0}, changelog {1}")
  @CsvSource({"false, false", "true, false", "false, true", "true, true"})
  void job_failsWhileAnotherOfItsTasksRuns_firstAttemptIsFreed(boolean async, boolean changelog)
      throws Exception {
    FreeingJob.stage.endless().withOtherTask();
    JobID job = start(async, changelog, 1);
    awaitRunning(job);
    AccessExecution other = otherTask(job);
    FreeingJob.stage.fail();
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (!secondAttemptIsAlone() && System.nanoTime() < deadline) {
      LockSupport.parkNanos(1_000_000);
    }
    assertThat(secondAttemptIsAlone()).as("%s", stores).isTrue();
    assertThat(otherTask(job).getAttemptId()).isEqualTo(other.getAttemptId());
    assertThat(otherTask(job).getState()).isEqualTo(ExecutionState.RUNNING);
    cluster.cancelJob(job).get();
    end(job);
    assertFreed();
  }

  private boolean secondAttemptIsAlone() {
    return stores.created.get() == 2 * PARALLELISM
        && stores.openStores.get() == PARALLELISM
        && stores.leasedPages.get() == PARALLELISM;
  }

  private static AccessExecution otherTask(JobID job) throws Exception {
    for (AccessExecutionVertex vertex :
        cluster.getExecutionGraph(job).get().getAllExecutionVertices()) {
      if (vertex.getTaskNameWithSubtaskIndex().contains(FreeingJob.OTHER_TASK)) {
        return vertex.getCurrentExecutionAttempt();
      }
    }
    throw new AssertionError("the job has no other task");
  }

  @ParameterizedTest(name = "asynchronous {0}, changelog {1}")
  @CsvSource({"false, false", "true, false", "false, true", "true, true"})
  void job_failsInOpen_isFreed(boolean async, boolean changelog) throws Exception {
    FreeingJob.stage.failsInOpen();
    assertThat(end(start(async, changelog, 0))).isEqualTo(JobStatus.FAILED);
    assertFreed();
  }

  @ParameterizedTest(name = "asynchronous {0}")
  @CsvSource({"false", "true"})
  void job_cancelledWhileASnapshotIsWritten_isFreed(boolean async) throws Exception {
    CountDownLatch writes = new CountDownLatch(1);
    CountDownLatch gate = new CountDownLatch(1);
    stores.beforeRead =
        method -> {
          if (method.equals("schema")) {
            writes.countDown();
            awaitUninterruptibly(gate);
          }
        };
    FreeingJob.stage.endless();
    JobID job = start(async, false, 0);
    awaitRunning(job);
    cluster.triggerCheckpoint(job, CheckpointType.CONFIGURED);
    assertThat(writes.await(60, TimeUnit.SECONDS)).isTrue();
    cluster.cancelJob(job).get();
    assertThat(end(job)).isEqualTo(JobStatus.CANCELED);
    assertThat(stores.openViews.get()).isPositive();
    assertThat(stores.leasedPages.get()).isPositive();
    gate.countDown();
    assertFreed();
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    while (true) {
      try {
        latch.await();
        return;
      } catch (InterruptedException e) {
        // The task is cancelled; the snapshot goes on all the same.
      }
    }
  }

  /** The changelog drops a backend that it cannot replay its changes into. */
  @ParameterizedTest(name = "asynchronous {0}")
  @CsvSource({"false", "true"})
  void job_changelogCannotBeReplayed_isFreed(boolean async) throws Exception {
    AtomicInteger failures = new AtomicInteger();
    FreeingJob.stage.endless();
    JobID job = start(async, true, 10);
    awaitRunning(job);
    cluster.triggerCheckpoint(job, CheckpointType.CONFIGURED).get();
    stores.beforeCall =
        method -> {
          if (method.equals("openValues") && failures.getAndIncrement() < PARALLELISM) {
            throw new IllegalStateException("failure on purpose");
          }
        };
    FreeingJob.stage.fail();
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (failures.get() < PARALLELISM && System.nanoTime() < deadline) {
      LockSupport.parkNanos(1_000_000);
    }
    assertThat(failures.get()).isGreaterThanOrEqualTo(PARALLELISM);
    cluster.cancelJob(job).get();
    end(job);
    assertFreed();
  }
}
