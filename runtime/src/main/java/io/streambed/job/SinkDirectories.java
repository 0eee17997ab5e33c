package io.streambed.job;

import io.streambed.job.JobOperator.SinkOperator;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Holds the directories of a job's sinks against each other and against other directories. */
final class SinkDirectories {
  private SinkDirectories() {}

  /** Sinks that would write over each other. */
  static List<String> shared(List<JobOperator> operators) {
    List<String> problems = new ArrayList<>();
    Map<Path, String> sinks = new HashMap<>();
    for (JobOperator operator : operators) {
      if (operator instanceof SinkOperator sink) {
        for (Path directory : sink.sink().directories()) {
          Path own = normal(directory);
          String other = sinks.putIfAbsent(own, sink.id());
          if (other != null) {
            problems.add(
                "sinks \""
                    + other
                    + "\" and \""
                    + sink.id()
                    + "\" both write to the directory "
                    + own
                    + ": give each a directory of its own");
          }
        }
      }
    }
    return problems;
  }

  /** Refuses sinks in a directory of others, or around it. */
  static void refuseBeside(List<JobOperator> operators, String what, Path directoryOfOthers) {
    Path others = normal(directoryOfOthers);
    for (JobOperator operator : operators) {
      if (operator instanceof SinkOperator sink) {
        for (Path directory : sink.sink().directories()) {
          Path own = normal(directory);
          if (own.startsWith(others) || others.startsWith(own)) {
            throw new IllegalArgumentException(
                "sink \""
                    + sink.id()
                    + "\" writes to "
                    + own
                    + ", and "
                    + what
                    + " are in "
                    + others
                    + ": neither may be in the other. Give another directory to one of them.");
          }
        }
      }
    }
  }

  private static Path normal(Path path) {
    return path.toAbsolutePath().normalize();
  }
}
