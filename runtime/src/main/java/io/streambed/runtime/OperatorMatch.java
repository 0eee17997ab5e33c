package io.streambed.runtime;

import io.streambed.checkpoint.OpenedCheckpoint;
import io.streambed.checkpoint.OperatorSnapshot;
import io.streambed.checkpoint.RescalePlanner;
import io.streambed.checkpoint.SubtaskState;
import io.streambed.error.IncompatibleStateException;
import io.streambed.job.Job;
import io.streambed.job.JobOperator;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Pairs the operators of a checkpoint with those of a job. */
final class OperatorMatch {
  private static final Logger LOG = LoggerFactory.getLogger(OperatorMatch.class);

  private OperatorMatch() {}

  /**
   * What a checkpoint holds of each operator of a job, by id.
   *
   * @param from the checkpoint, or null
   * @throws IncompatibleStateException if it has state of operators that the job does not have, and
   *     that is not allowed
   */
  static Map<String, OperatorSnapshot> of(Job job, OpenedCheckpoint from, boolean allowDropped) {
    if (from == null) {
      return Map.of();
    }
    try {
      return RescalePlanner.matchOperators(
          from.metadata().operators(),
          job.operators().stream().map(JobOperator::id).collect(Collectors.toSet()),
          allowDropped);
    } catch (IncompatibleStateException e) {
      String writer = from.metadata().job().name();
      if (writer.equals(job.name())) {
        throw e;
      }
      // Not refused for the name alone: a job may have been given another.
      throw new IncompatibleStateException(
          from.location(),
          "state of job \"" + writer + "\"",
          "that of job \"" + job.name() + "\"",
          "Restore a checkpoint of that job. If it is the same one under another name: "
              + e.getMessage());
    }
  }

  /** Says of which operators state is left behind. */
  static void warnOfDropped(Job job, OpenedCheckpoint from, Map<String, OperatorSnapshot> matched) {
    if (from == null) {
      return;
    }
    for (OperatorSnapshot operator : from.metadata().operators()) {
      if (hasState(operator) && !matched.containsKey(operator.operatorId())) {
        LOG.warn(
            "State of operator \"{}\" in {} is left behind: job \"{}\" has no such operator",
            operator.operatorId(),
            from.location(),
            job.name());
      }
    }
  }

  /** Whether any subtask wrote something. */
  static boolean hasState(OperatorSnapshot operator) {
    return !operator.subtasks().stream().allMatch(SubtaskState.EMPTY::equals);
  }
}
