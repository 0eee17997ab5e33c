package io.streambed.backend;

import io.streambed.snapshot.OperatorStateSlice;
import io.streambed.snapshot.SnapshotInputs;
import java.util.List;
import java.util.Objects;

/**
 * What an operator backend is made from.
 *
 * @param subtask the subtask's index, from 0
 * @param parallelism number of subtasks of its operator
 * @param restored the elements to take over, in order
 * @param inputs where their bytes are; null if there are none
 */
public record OperatorBackendOptions(
    int subtask, int parallelism, List<OperatorStateSlice> restored, SnapshotInputs inputs) {
  /** Checks and freezes the parts. */
  public OperatorBackendOptions {
    restored = List.copyOf(restored);
    if (!restored.isEmpty()) {
      Objects.requireNonNull(inputs, "inputs");
    }
  }
}
