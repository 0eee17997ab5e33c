package io.streambed.snapshot;

import java.util.Objects;

/**
 * A run of one state's elements in one container: what a restore hands to a subtask.
 *
 * @param handle the container
 * @param state the name of one of its states
 * @param fromElement the first element, counted from 0 in the state's order
 * @param toElement the one after the last, at most the state's number of elements
 */
public record OperatorStateSlice(
    OperatorStateHandle handle, String state, long fromElement, long toElement) {
  /** Checks the range. */
  public OperatorStateSlice {
    Objects.requireNonNull(handle, "handle");
    Objects.requireNonNull(state, "state");
    if (fromElement < 0 || fromElement > toElement) {
      throw new IllegalArgumentException(
          "elements " + fromElement + " to " + toElement + " of state \"" + state + "\"");
    }
  }

  /**
   * Number of elements.
   *
   * @return from 0
   */
  public long size() {
    return toElement - fromElement;
  }
}
