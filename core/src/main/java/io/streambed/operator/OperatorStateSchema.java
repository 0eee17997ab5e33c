package io.streambed.operator;

import io.streambed.bytes.Names;
import io.streambed.serial.SerializerSnapshot;
import io.streambed.state.StateKind;
import java.util.Objects;

/**
 * What a checkpoint keeps of one operator state's declaration.
 *
 * @param name the state's name, unique within the operator
 * @param kind one of the operator kinds
 * @param key of the keys; null but for broadcast states
 * @param value of the elements or values
 */
public record OperatorStateSchema(
    String name, StateKind kind, SerializerSnapshot key, SerializerSnapshot value) {
  /** Checks the parts. */
  public OperatorStateSchema {
    Names.check("state", name);
    Objects.requireNonNull(value, "value");
    if (kind.compareTo(StateKind.SPLIT_LIST) < 0) {
      throw new IllegalArgumentException(kind + " is no kind of operator state");
    }
    if ((kind == StateKind.BROADCAST) != (key != null)) {
      throw new IllegalArgumentException("parts of state \"" + name + "\" do not fit " + kind);
    }
  }
}
