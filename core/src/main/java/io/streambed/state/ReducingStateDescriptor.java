package io.streambed.state;

import io.streambed.serial.Serializer;
import java.util.Objects;

/**
 * Declares a {@link ReducingState}.
 *
 * @param name the state's name, unique within the operator
 * @param serializer of elements and value
 * @param function combines two elements
 * @param timeToLive how long what is in it lives; null for ever
 * @param <T> the type of elements and value
 */
public record ReducingStateDescriptor<T>(
    String name, Serializer<T> serializer, ReduceFunction<T> function, TimeToLive timeToLive)
    implements StateDescriptor {
  /** Checks the parts. */
  public ReducingStateDescriptor {
    StateNames.check(name);
    Objects.requireNonNull(serializer, "serializer");
    Objects.requireNonNull(function, "function");
  }

  /**
   * Declares state that lives for ever.
   *
   * @param name the state's name, unique within the operator
   * @param serializer of elements and value
   * @param function combines two elements
   */
  public ReducingStateDescriptor(
      String name, Serializer<T> serializer, ReduceFunction<T> function) {
    this(name, serializer, function, null);
  }

  /**
   * As this, with a time to live.
   *
   * @param newTimeToLive how long what is in it lives; null for ever
   * @return another declaration
   */
  public ReducingStateDescriptor<T> withTimeToLive(TimeToLive newTimeToLive) {
    return new ReducingStateDescriptor<>(name, serializer, function, newTimeToLive);
  }

  @Override
  public StateKind kind() {
    return StateKind.REDUCING;
  }
}
