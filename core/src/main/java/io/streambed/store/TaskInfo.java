package io.streambed.store;

import java.util.Objects;

/**
 * A subtask, as snapshots and messages name it.
 *
 * @param job the job's name
 * @param operatorId the operator's id
 * @param subtask its index, from 0
 */
public record TaskInfo(String job, String operatorId, int subtask) {
  /** Checks the parts. */
  public TaskInfo {
    Objects.requireNonNull(job, "job");
    Objects.requireNonNull(operatorId, "operatorId");
    if (subtask < 0) {
      throw new IllegalArgumentException("subtask " + subtask + " is negative");
    }
  }
}
