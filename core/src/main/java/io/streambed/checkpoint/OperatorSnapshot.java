package io.streambed.checkpoint;

import io.streambed.bytes.Names;
import io.streambed.key.KeyGroups;
import java.util.List;

/**
 * The state of one operator in a checkpoint.
 *
 * @param operatorId the operator's id, stable from run to run; 1 to {@value #MAX_ID_LENGTH}
 *     characters
 * @param parallelism number of subtasks that wrote
 * @param maxParallelism number of key groups
 * @param subtasks what each wrote, by its index; as many as the parallelism
 */
public record OperatorSnapshot(
    String operatorId, int parallelism, int maxParallelism, List<SubtaskState> subtasks) {
  /** The longest operator id, in characters. */
  public static final int MAX_ID_LENGTH = 255;

  /** Checks and freezes the parts. */
  public OperatorSnapshot {
    KeyGroups.checkParallelism(maxParallelism, parallelism);
    checkId(operatorId);
    subtasks = List.copyOf(subtasks);
    if (subtasks.size() != parallelism) {
      throw new IllegalArgumentException(
          "operator \""
              + operatorId
              + "\" has parallelism "
              + parallelism
              + " and states of "
              + subtasks.size()
              + " subtasks");
    }
  }

  static void checkId(String operatorId) {
    if (operatorId.isBlank() || operatorId.length() > MAX_ID_LENGTH) {
      throw new IllegalArgumentException(
          "an operator id has 1 to " + MAX_ID_LENGTH + " characters, not all blank: " + operatorId);
    }
    Names.check("operator", operatorId);
  }
}
