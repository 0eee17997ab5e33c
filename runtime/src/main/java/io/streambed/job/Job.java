package io.streambed.job;

import java.nio.file.Path;
import java.util.List;

/**
 * A pipeline, declared as a whole: made by {@link JobBuilder}, run by {@code runtime.Streambed}.
 *
 * @param name the job's name; its checkpoints belong to it
 * @param maxParallelism number of key groups, fixed for the life of the job's state
 * @param operators the operators, each after those it reads from
 * @param steps what is done between operators, each after those it reads from
 */
public record Job(
    String name, int maxParallelism, List<JobOperator> operators, List<JobStep> steps) {
  /** Freezes the lists. */
  public Job {
    operators = List.copyOf(operators);
    steps = List.copyOf(steps);
  }

  /**
   * Refuses sinks that write into the directory of the job's checkpoints, or around it.
   *
   * @param checkpoints the directory
   * @throws IllegalArgumentException if there is one; it names the sink and both directories
   */
  public void refuseSinksBeside(Path checkpoints) {
    SinkDirectories.refuseBeside(operators, checkpoints);
  }
}
