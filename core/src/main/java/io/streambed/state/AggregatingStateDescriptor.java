package io.streambed.state;

import io.streambed.serial.Serializer;
import java.util.Objects;

/**
 * Declares an {@link AggregatingState}.
 *
 * @param name the state's name, unique within the operator
 * @param serializer of the accumulator
 * @param function how elements are aggregated
 * @param <IN> the type of the elements
 * @param <ACC> the type of the accumulator
 * @param <OUT> the type of the result
 */
public record AggregatingStateDescriptor<IN, ACC, OUT>(
    String name, Serializer<ACC> serializer, AggregateFunction<IN, ACC, OUT> function)
    implements StateDescriptor {
  /** Checks the parts. */
  public AggregatingStateDescriptor {
    StateNames.check(name);
    Objects.requireNonNull(serializer, "serializer");
    Objects.requireNonNull(function, "function");
  }

  @Override
  public StateKind kind() {
    return StateKind.AGGREGATING;
  }
}
