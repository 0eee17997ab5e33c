package io.streambed.checkpoint;

import io.streambed.snapshot.SnapshotType;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * What a checkpoint or savepoint holds: everything but the bytes of its files.
 *
 * @param job whose it is
 * @param checkpointId its id, from 1, unique within an attempt
 * @param timestampMillis when it was stored, in milliseconds since the epoch: the state in it has
 *     seen no later time
 * @param type checkpoint or savepoint
 * @param attempt which claim of the directory wrote it, from 1
 * @param operators the operators' states, each operator once
 */
public record CheckpointMetadata(
    JobIdentity job,
    long checkpointId,
    long timestampMillis,
    SnapshotType type,
    long attempt,
    List<OperatorSnapshot> operators) {
  /** Checks and freezes the parts. */
  public CheckpointMetadata {
    Objects.requireNonNull(job, "job");
    Objects.requireNonNull(type, "type");
    operators = List.copyOf(operators);
    if (checkpointId < 1 || attempt < 1) {
      throw new IllegalArgumentException(
          "checkpoint " + checkpointId + " of attempt " + attempt + ": both count from 1");
    }
    Set<String> ids = new HashSet<>();
    for (OperatorSnapshot operator : operators) {
      if (!ids.add(operator.operatorId())) {
        throw new IllegalArgumentException(
            "operator \""
                + operator.operatorId()
                + "\" is in checkpoint "
                + checkpointId
                + " twice");
      }
    }
  }
}
