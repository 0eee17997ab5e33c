package io.streambed.operator;

import java.util.Objects;

/**
 * Elements of one state as bytes, all written by the same serializers. A state that subtasks wrote
 * with different ones is several of these in a row.
 *
 * @param schema the state's declaration as written
 * @param elements number of list elements or map entries, from 0
 * @param bytes size of their serialized form, without the lengths before each
 */
public record StoredState(OperatorStateSchema schema, int elements, long bytes) {
  /** Checks the parts. */
  public StoredState {
    Objects.requireNonNull(schema, "schema");
    if (elements < 0 || bytes < 0) {
      throw new IllegalArgumentException(elements + " elements of " + bytes + " bytes");
    }
  }
}
