package io.streambed.migration;

import io.streambed.serial.SerializerSnapshot;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * What a checkpoint holds of an operator: declarations, and no entries.
 *
 * @param id the operator's id
 * @param maxParallelism number of key groups
 * @param keys the configurations of the keys' serializer, in most cases one; empty if there is no
 *     keyed state
 * @param keyed the declarations of keyed states and queues; several for a state that subtasks wrote
 *     differently
 * @param operator those of operator states
 */
public record WrittenOperator(
    String id,
    int maxParallelism,
    Set<SerializerSnapshot> keys,
    List<WrittenState> keyed,
    List<WrittenState> operator) {
  /** Checks and freezes the parts. */
  public WrittenOperator {
    Objects.requireNonNull(id, "id");
    keys = Set.copyOf(keys);
    keyed = List.copyOf(keyed);
    operator = List.copyOf(operator);
  }
}
