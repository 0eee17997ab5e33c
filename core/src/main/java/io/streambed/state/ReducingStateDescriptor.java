package io.streambed.state;

import io.streambed.serial.Serializer;
import java.util.Objects;

/**
 * Declares a {@link ReducingState}.
 *
 * @param name the state's name, unique within the operator
 * @param serializer of elements and value
 * @param function combines two elements
 * @param <T> the type of elements and value
 */
public record ReducingStateDescriptor<T>(
    String name, Serializer<T> serializer, ReduceFunction<T> function) implements StateDescriptor {
  /** Checks the parts. */
  public ReducingStateDescriptor {
    StateNames.check(name);
    Objects.requireNonNull(serializer, "serializer");
    Objects.requireNonNull(function, "function");
  }

  @Override
  public StateKind kind() {
    return StateKind.REDUCING;
  }
}
