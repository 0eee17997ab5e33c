package io.streambed.state;

import io.streambed.serial.Serializer;
import java.util.Objects;

/**
 * Declares a {@link ListState}.
 *
 * @param name the state's name, unique within the operator
 * @param serializer of the elements
 * @param timeToLive how long what is in it lives; null for ever
 * @param <E> the type of the elements
 */
public record ListStateDescriptor<E>(String name, Serializer<E> serializer, TimeToLive timeToLive)
    implements StateDescriptor {
  /** Checks the parts. */
  public ListStateDescriptor {
    StateNames.check(name);
    Objects.requireNonNull(serializer, "serializer");
  }

  /**
   * Declares state that lives for ever.
   *
   * @param name the state's name, unique within the operator
   * @param serializer of the elements
   */
  public ListStateDescriptor(String name, Serializer<E> serializer) {
    this(name, serializer, null);
  }

  /**
   * As this, with a time to live.
   *
   * @param newTimeToLive how long what is in it lives; null for ever
   * @return another declaration
   */
  public ListStateDescriptor<E> withTimeToLive(TimeToLive newTimeToLive) {
    return new ListStateDescriptor<>(name, serializer, newTimeToLive);
  }

  @Override
  public StateKind kind() {
    return StateKind.LIST;
  }
}
