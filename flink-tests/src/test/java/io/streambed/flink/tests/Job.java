package io.streambed.flink.tests;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.CheckpointType;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.executiongraph.AccessExecutionGraph;
import org.apache.flink.runtime.executiongraph.AccessExecutionVertex;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;

/** A job in a cluster, and what a user does with it. */
final class Job {
  /** The backend under test. */
  static final String STREAMBED = "io.streambed.flink.StreambedStateBackendFactory";

  /** The plugin with testkit's store of bytes, which has increments. */
  static final String BYTES = "io.streambed.flink.BytesBackendFactory";

  static final String HASHMAP = "hashmap";
  static final String ROCKSDB = "rocksdb";

  private final MiniCluster cluster;
  private final JobID id;

  private Job(MiniCluster cluster, JobID id) {
    this.cluster = cluster;
    this.id = id;
  }

  /**
   * What every job here is configured with: checkpoints only when the test asks, all state in files
   * of its own, one restart.
   */
  static Configuration configuration(String backend, int parallelism, Path directory) {
    Configuration configuration = new Configuration();
    configuration.set(StateBackendOptions.STATE_BACKEND, backend);
    configuration.set(CoreOptions.DEFAULT_PARALLELISM, parallelism);
    configuration.set(PipelineOptions.MAX_PARALLELISM, 16);
    configuration.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY,
        directory.resolve("checkpoints").toUri().toString());
    configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofHours(1));
    // Without a pause the first one comes as soon as all tasks run.
    configuration.set(CheckpointingOptions.MIN_PAUSE_BETWEEN_CHECKPOINTS, Duration.ofHours(1));
    configuration.set(CheckpointingOptions.FS_SMALL_FILE_THRESHOLD, MemorySize.ZERO);
    configuration.set(
        CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
        ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 1);
    configuration.set(
        RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(1));
    return configuration;
  }

  /** The same, resumed from a savepoint or checkpoint. */
  static Configuration from(Path path, Configuration configuration) {
    configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, path.toUri().toString());
    return configuration;
  }

  static Job start(MiniCluster cluster, String name, StreamExecutionEnvironment environment) {
    StreamGraph streams = environment.getStreamGraph();
    streams.setJobName(name);
    JobGraph graph = streams.getJobGraph();
    return new Job(cluster, Cluster.await(cluster.submitJob(graph)).getJobID());
  }

  /** Waits until the source waits and every task runs: then a checkpoint can be taken. */
  Job awaitPause(Trial trial) {
    CompletableFuture<JobResult> end = cluster.requestJobResult(id);
    Cluster.await(CompletableFuture.anyOf(trial.paused(), end));
    if (end.isDone()) {
      throw new IllegalStateException(
          "the job ended before its source waited",
          end.join().getSerializedThrowable().orElse(null));
    }
    Cluster.await("all tasks run", this::allTasksRun);
    return this;
  }

  private boolean allTasksRun() {
    AccessExecutionGraph graph = Cluster.await(cluster.getExecutionGraph(id));
    if (graph.getState().isGloballyTerminalState()) {
      throw new IllegalStateException("the job ended as " + graph.getState());
    }
    if (graph.getState() != JobStatus.RUNNING) {
      return false;
    }
    for (AccessExecutionVertex vertex : graph.getAllExecutionVertices()) {
      if (vertex.getExecutionState() != ExecutionState.RUNNING) {
        return false;
      }
    }
    return true;
  }

  /** Takes a full or incremental checkpoint, whichever the backend takes, and waits for it. */
  long checkpoint() {
    return Cluster.await(cluster.triggerCheckpoint(id, CheckpointType.CONFIGURED));
  }

  /** Where a checkpoint lies. */
  Path checkpointPath(long checkpoint, Path directory) {
    return directory.resolve("checkpoints").resolve(id.toString()).resolve("chk-" + checkpoint);
  }

  /** Takes a savepoint and goes on; gives its path. */
  String savepoint(SavepointFormatType format, Path directory) {
    return Cluster.await(cluster.triggerSavepoint(id, directory.toUri().toString(), false, format));
  }

  /** Stops with a savepoint and gives its path. */
  Path stop(SavepointFormatType format, Path directory) {
    String path =
        Cluster.await(cluster.stopWithSavepoint(id, directory.toUri().toString(), false, format));
    result();
    return Path.of(URI.create(path));
  }

  /** Ends at once. */
  void cancel() {
    Cluster.await(cluster.cancelJob(id));
    result();
  }

  private JobResult result() {
    return Cluster.await(cluster.requestJobResult(id));
  }

  /** Waits for the end of the input. */
  void finish() {
    result()
        .getSerializedThrowable()
        .ifPresent(
            failure -> {
              throw new IllegalStateException("the job failed", failure);
            });
  }

  /** Waits until the job has failed for good; gives its whole exception chain as text. */
  String failure() {
    return result()
        .getSerializedThrowable()
        .map(failure -> failure.getFullStringifiedStackTrace())
        .orElseThrow(() -> new AssertionError("the job did not fail"));
  }
}
