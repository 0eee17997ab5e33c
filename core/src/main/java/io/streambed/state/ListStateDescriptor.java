package io.streambed.state;

import io.streambed.serial.Serializer;
import java.util.Objects;

/**
 * Declares a {@link ListState}.
 *
 * @param name the state's name, unique within the operator
 * @param serializer of the elements
 * @param <E> the type of the elements
 */
public record ListStateDescriptor<E>(String name, Serializer<E> serializer)
    implements StateDescriptor {
  /** Checks the parts. */
  public ListStateDescriptor {
    StateNames.check(name);
    Objects.requireNonNull(serializer, "serializer");
  }

  @Override
  public StateKind kind() {
    return StateKind.LIST;
  }
}
