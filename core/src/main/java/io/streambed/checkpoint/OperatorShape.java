package io.streambed.checkpoint;

import io.streambed.key.KeyGroups;

/**
 * An operator as the running job has it.
 *
 * @param operatorId its id
 * @param parallelism number of subtasks
 * @param maxParallelism number of key groups
 */
public record OperatorShape(String operatorId, int parallelism, int maxParallelism) {
  /** Checks the ranges. */
  public OperatorShape {
    OperatorSnapshot.checkId(operatorId);
    KeyGroups.checkParallelism(maxParallelism, parallelism);
  }
}
