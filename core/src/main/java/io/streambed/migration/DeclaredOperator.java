package io.streambed.migration;

import io.streambed.serial.Serializer;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * An operator as a job declares it now.
 *
 * @param id the operator's id
 * @param title what messages call it, such as {@code source "orders"}
 * @param maxParallelism number of key groups
 * @param keys of the keys; null if it has no keyed state
 * @param keyed its keyed states and queues
 * @param operator its operator states
 * @param newStates the names of states of which is said that they are new, though an unclaimed one
 *     may fit
 */
public record DeclaredOperator(
    String id,
    String title,
    int maxParallelism,
    Serializer<?> keys,
    List<DeclaredState> keyed,
    List<DeclaredState> operator,
    Set<String> newStates) {
  /** Checks and freezes the parts. */
  public DeclaredOperator {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(title, "title");
    keyed = List.copyOf(keyed);
    operator = List.copyOf(operator);
    newStates = Set.copyOf(newStates);
  }
}
