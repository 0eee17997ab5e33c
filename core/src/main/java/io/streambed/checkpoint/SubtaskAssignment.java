package io.streambed.checkpoint;

import io.streambed.key.KeyGroupRange;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.OperatorStateSlice;
import java.util.List;
import java.util.Objects;

/**
 * What one new subtask reads when it is restored.
 *
 * @param subtask its index, from 0
 * @param range its key groups; of each handle it takes these only
 * @param keyed the containers that hold some of its key groups
 * @param operator its elements of operator state, in the order they are to be read
 */
public record SubtaskAssignment(
    int subtask,
    KeyGroupRange range,
    List<KeyedStateHandle> keyed,
    List<OperatorStateSlice> operator) {
  /** Freezes the lists. */
  public SubtaskAssignment {
    Objects.requireNonNull(range, "range");
    keyed = List.copyOf(keyed);
    operator = List.copyOf(operator);
  }
}
