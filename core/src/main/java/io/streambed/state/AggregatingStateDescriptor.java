package io.streambed.state;

import io.streambed.serial.Serializer;
import java.util.Objects;

/**
 * Declares an {@link AggregatingState}.
 *
 * @param name the state's name, unique within the operator
 * @param serializer of the accumulator
 * @param function how elements are aggregated
 * @param timeToLive how long what is in it lives; null for ever
 * @param <IN> the type of the elements
 * @param <ACC> the type of the accumulator
 * @param <OUT> the type of the result
 */
public record AggregatingStateDescriptor<IN, ACC, OUT>(
    String name,
    Serializer<ACC> serializer,
    AggregateFunction<IN, ACC, OUT> function,
    TimeToLive timeToLive)
    implements StateDescriptor {
  /** Checks the parts. */
  public AggregatingStateDescriptor {
    StateNames.check(name);
    Objects.requireNonNull(serializer, "serializer");
    Objects.requireNonNull(function, "function");
  }

  /**
   * Declares state that lives for ever.
   *
   * @param name the state's name, unique within the operator
   * @param serializer of the accumulator
   * @param function how elements are aggregated
   */
  public AggregatingStateDescriptor(
      String name, Serializer<ACC> serializer, AggregateFunction<IN, ACC, OUT> function) {
    this(name, serializer, function, null);
  }

  /**
   * As this, with a time to live.
   *
   * @param newTimeToLive how long what is in it lives; null for ever
   * @return another declaration
   */
  public AggregatingStateDescriptor<IN, ACC, OUT> withTimeToLive(TimeToLive newTimeToLive) {
    return new AggregatingStateDescriptor<>(name, serializer, function, newTimeToLive);
  }

  @Override
  public StateKind kind() {
    return StateKind.AGGREGATING;
  }
}
