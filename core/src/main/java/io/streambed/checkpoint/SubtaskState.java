package io.streambed.checkpoint;

import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.OperatorStateHandle;
import io.streambed.snapshot.StreamHandle;
import java.util.List;
import java.util.stream.Stream;

/**
 * What one subtask of one operator wrote into a checkpoint.
 *
 * @param keyed what there is of keyed state; none if the operator has no keyed state
 * @param operator containers of operator state; none if it has no operator state
 */
public record SubtaskState(List<KeyedStateHandle> keyed, List<OperatorStateHandle> operator) {
  /** Of a subtask without state. */
  public static final SubtaskState EMPTY = new SubtaskState(List.of(), List.of());

  /** Freezes the lists. */
  public SubtaskState {
    keyed = List.copyOf(keyed);
    operator = List.copyOf(operator);
  }

  /**
   * All streams that the subtask wrote.
   *
   * @return the handles, keyed first
   */
  public Stream<StreamHandle> streams() {
    return Stream.concat(
        keyed.stream().flatMap(KeyedStateHandle::streams),
        operator.stream().map(OperatorStateHandle::data));
  }

  /**
   * Size of all streams, inline ones included.
   *
   * @return bytes
   */
  public long sizeBytes() {
    return streams().mapToLong(StreamHandle::length).sum();
  }
}
