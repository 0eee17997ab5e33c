package io.streambed.state;

import io.streambed.serial.Serializer;
import java.util.Objects;

/**
 * Declares a {@link ValueState}.
 *
 * @param name the state's name, unique within the operator
 * @param serializer of the value
 * @param defaultValue what {@code value()} gives if there is none; may be null. It is copied for
 *     each caller if it is mutable
 * @param timeToLive how long what is in it lives; null for ever
 * @param <V> the type of the value
 */
public record ValueStateDescriptor<V>(
    String name, Serializer<V> serializer, V defaultValue, TimeToLive timeToLive)
    implements StateDescriptor {
  /** Checks the parts. */
  public ValueStateDescriptor {
    StateNames.check(name);
    Objects.requireNonNull(serializer, "serializer");
  }

  /**
   * Declares a value without a default.
   *
   * @param name the state's name, unique within the operator
   * @param serializer of the value
   */
  public ValueStateDescriptor(String name, Serializer<V> serializer) {
    this(name, serializer, null);
  }

  /**
   * Declares state that lives for ever.
   *
   * @param name the state's name, unique within the operator
   * @param serializer of the value
   * @param defaultValue what {@code value()} gives if there is none; may be null. It is copied for
   *     each caller if it is mutable
   */
  public ValueStateDescriptor(String name, Serializer<V> serializer, V defaultValue) {
    this(name, serializer, defaultValue, null);
  }

  /**
   * As this, with a time to live.
   *
   * @param newTimeToLive how long what is in it lives; null for ever
   * @return another declaration
   */
  public ValueStateDescriptor<V> withTimeToLive(TimeToLive newTimeToLive) {
    return new ValueStateDescriptor<>(name, serializer, defaultValue, newTimeToLive);
  }

  @Override
  public StateKind kind() {
    return StateKind.VALUE;
  }
}
