package io.streambed.runtime;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a finished job has done.
 *
 * @param restoredId the checkpoint it started from
 * @param lastCheckpointId its last checkpoint, or the savepoint that it ended with
 * @param recordsBySource number of elements that this process read from each source, in the order
 *     of their declaration, those read again after a restart included
 * @param restarts how often it was started again
 * @param failedElements how often functions failed for an element and the job went on, by the id of
 *     the operator or step; those read again after a restart included
 */
public record JobResult(
    Optional<Long> restoredId,
    long lastCheckpointId,
    Map<String, Long> recordsBySource,
    int restarts,
    Map<String, Long> failedElements) {
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
