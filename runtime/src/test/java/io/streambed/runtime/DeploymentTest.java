package io.streambed.runtime;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.backend.Store;
import io.streambed.checkpoint.CheckpointMetadata;
import io.streambed.checkpoint.JobIdentity;
import io.streambed.checkpoint.OpenedCheckpoint;
import io.streambed.checkpoint.OperatorSnapshot;
import io.streambed.error.IncompatibleStateException;
import io.streambed.job.Job;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Which checkpoints a {@link Deployment} refuses. */
class DeploymentTest {
  private final TestPipeline pipeline = new TestPipeline();
  private final Job job = pipeline.job(1, 100);

  /** The job's last checkpoint, as a job of some name and other operators would have written it. */
  private OpenedCheckpoint checkpointOf(String jobName) {
    Streambed.run(job, Store.of(pipeline.backend), RunOptions.defaults());
    try (var claim = pipeline.backend.checkpoints().claim(job.name())) {
      OpenedCheckpoint mine = claim.latest().orElseThrow();
      CheckpointMetadata metadata = mine.metadata();
      List<OperatorSnapshot> operators =
          metadata.operators().stream()
              .map(o -> new OperatorSnapshot("x-" + o.operatorId(), 1, 32, o.subtasks()))
              .toList();
      return new OpenedCheckpoint(
          mine.location(),
          new CheckpointMetadata(
              new JobIdentity(jobName, UUID.randomUUID()),
              metadata.checkpointId(),
              metadata.timestampMillis(),
              metadata.type(),
              metadata.attempt(),
              operators),
          mine.inputs());
    }
  }

  private void deploy(OpenedCheckpoint from) {
    new Deployment(
        job, pipeline.backend, from, false, null, new Deployment.RunIdentity("run", "run-1"));
  }

  @Test
  void deploy_checkpointOfAnotherJob_namesBothJobsAndTheOperators() {
    OpenedCheckpoint other = checkpointOf("another");
    assertThatThrownBy(() -> deploy(other))
        .isInstanceOf(IncompatibleStateException.class)
        .hasMessageStartingWith(
            other.location() + ": the checkpoint holds state of job \"another\"")
        .hasMessageContaining("asks for that of job \"" + job.name() + "\"")
        .hasMessageContaining("\"x-")
        .hasMessageContaining("--allow-dropped-state");
  }

  @Test
  void deploy_otherOperatorsOfTheSameJob_namesOperatorsOnly() {
    OpenedCheckpoint own = checkpointOf(job.name());
    assertThatThrownBy(() -> deploy(own))
        .isInstanceOf(IncompatibleStateException.class)
        .hasMessageStartingWith("operators: ")
        .hasMessageNotContaining("of job");
  }
}
