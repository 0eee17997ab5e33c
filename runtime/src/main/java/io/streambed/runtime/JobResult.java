package io.streambed.runtime;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a job has done that has ended without a failure.
 *
 * @param end how it ended
 * @param restoredId the checkpoint it started from
 * @param lastCheckpointId its last complete checkpoint, or the savepoint that it ended with; 0 if
 *     it was cancelled before there was any
 * @param savepoint where the savepoint is that it ended with: start it again from that
 * @param recordsBySource number of elements that this process read from each source, in the order
 *     of their declaration, those read again after a restart included
 * @param restarts how often it was started again
 * @param failedElements how often functions failed for an element and the job went on, by the id of
 *     the operator or step; those read again after a restart included
 */
public record JobResult(
    End end,
    Optional<Long> restoredId,
    long lastCheckpointId,
    Optional<String> savepoint,
    Map<String, Long> recordsBySource,
    int restarts,
    Map<String, Long> failedElements) {
  /** How a job ends without a failure. */
  public enum End {
    /** All input was processed, and the results are visible. */
    FINISHED,
    /** It was ended with a savepoint, and what that holds is visible. */
    STOPPED_WITH_SAVEPOINT,
    /**
     * It was cancelled: what came after its last complete checkpoint is not visible, and what that
     * holds is by the next run at the latest.
     */
    CANCELLED
  }

  /** Freezes the numbers. */
  public JobResult {
    failedElements = Map.copyOf(failedElements);
    recordsBySource = Collections.unmodifiableMap(new LinkedHashMap<>(recordsBySource));
  }

  /**
   * What all sources gave together.
   *
   * @return number of elements, from 0
   */
  public long recordsRead() {
    return recordsBySource.values().stream().mapToLong(Long::longValue).sum();
  }
}
