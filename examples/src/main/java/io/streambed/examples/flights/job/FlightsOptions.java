package io.streambed.examples.flights.job;

import io.streambed.file.FileSystem;
import io.streambed.job.JobBuilder;
import java.nio.file.Path;
import java.util.Objects;

/**
 * What the flights job runs over.
 *
 * @param files the file system of all three paths
 * @param flights the file of flights, plain or gzip
 * @param rules the file of rules
 * @param output the directory that gets one directory per kind of result
 * @param parallelism number of subtasks, from 1 to the max parallelism
 * @param maxParallelism number of key groups, fixed for the life of the job's state
 * @param failOnRejected whether a malformed flight is an error instead of a line of output
 */
public record FlightsOptions(
    FileSystem files,
    Path flights,
    Path rules,
    Path output,
    int parallelism,
    int maxParallelism,
    boolean failOnRejected) {
  /** Checks the parts. */
  public FlightsOptions {
    Objects.requireNonNull(files, "files");
    Objects.requireNonNull(flights, "flights");
    Objects.requireNonNull(rules, "rules");
    Objects.requireNonNull(output, "output");
  }

  /**
   * One subtask of each operator; malformed flights become lines of output.
   *
   * @param files the file system of all three paths
   * @param flights the file of flights
   * @param rules the file of rules
   * @param output the directory for the results
   * @return new options
   */
  public static FlightsOptions of(FileSystem files, Path flights, Path rules, Path output) {
    return new FlightsOptions(
        files, flights, rules, output, 1, JobBuilder.DEFAULT_MAX_PARALLELISM, false);
  }

  /**
   * The same with another parallelism.
   *
   * @param subtasks from 1 to the max parallelism
   * @return new options
   */
  public FlightsOptions withParallelism(int subtasks) {
    return new FlightsOptions(
        files, flights, rules, output, subtasks, maxParallelism, failOnRejected);
  }

  /**
   * The same with another number of key groups.
   *
   * @param keyGroups fixed for the life of the job's state
   * @return new options
   */
  public FlightsOptions withMaxParallelism(int keyGroups) {
    return new FlightsOptions(
        files, flights, rules, output, parallelism, keyGroups, failOnRejected);
  }

  /**
   * The same, failing on malformed flights or not.
   *
   * @param fail whether a malformed flight is an error
   * @return new options
   */
  public FlightsOptions withFailOnRejected(boolean fail) {
    return new FlightsOptions(files, flights, rules, output, parallelism, maxParallelism, fail);
  }
}
