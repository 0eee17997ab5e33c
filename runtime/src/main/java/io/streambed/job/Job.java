package io.streambed.job;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A pipeline, declared as a whole: made by {@link JobBuilder}, run by {@code runtime.Streambed}.
 *
 * @param name the job's name; its checkpoints belong to it
 * @param maxParallelism number of key groups, fixed for the life of the job's state
 * @param operators the operators, each after those it reads from
 * @param steps what is done between operators, each after those it reads from
 * @param failures what becomes of elements that a keyed operator or a step fails for, by its id;
 *     those of others fail the job
 */
public record Job(
    String name,
    int maxParallelism,
    List<JobOperator> operators,
    List<JobStep> steps,
    Map<String, FailurePolicy> failures) {
  /** Freezes the parts. */
  public Job {
    operators = List.copyOf(operators);
    steps = List.copyOf(steps);
    failures = Map.copyOf(failures);
  }

  /**
   * What becomes of elements that a keyed operator or a step fails for.
   *
   * @param id its id
   * @return the policy; {@link FailurePolicy.Fail} if the job says nothing
   */
  public FailurePolicy failurePolicy(String id) {
    return failures.getOrDefault(id, new FailurePolicy.Fail());
  }

  /**
   * Refuses sinks that write into a directory that the job uses for something else, or around it.
   *
   * @param what what is in the directory, for the message
   * @param directory the directory
   * @throws IllegalArgumentException if there is one; it names the sink and both directories
   */
  public void refuseSinksBeside(String what, Path directory) {
    SinkDirectories.refuseBeside(operators, what, directory);
  }
}
