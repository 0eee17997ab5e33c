package io.streambed.state;

import io.streambed.serial.Serializer;
import java.util.Objects;

/**
 * Declares a {@link MapState}, or a {@link BroadcastState} where an operator opens it as one.
 *
 * @param name the state's name, unique within the operator
 * @param keySerializer of the user keys; its type must have a key hasher
 * @param valueSerializer of the values
 * @param timeToLive how long what is in it lives; null for ever
 * @param <UK> the type of the user keys
 * @param <UV> the type of the values
 */
public record MapStateDescriptor<UK, UV>(
    String name,
    Serializer<UK> keySerializer,
    Serializer<UV> valueSerializer,
    TimeToLive timeToLive)
    implements StateDescriptor {
  /** Checks the parts. */
  public MapStateDescriptor {
    StateNames.check(name);
    Objects.requireNonNull(valueSerializer, "valueSerializer");
    if (keySerializer.keyHasher() == null) {
      throw new IllegalArgumentException(
          "values of serializer "
              + keySerializer.snapshot()
              + " cannot be user keys of state \""
              + name
              + "\": their hash or equality is not specified");
    }
  }

  /**
   * Declares state that lives for ever.
   *
   * @param name the state's name, unique within the operator
   * @param keySerializer of the user keys; its type must have a key hasher
   * @param valueSerializer of the values
   */
  public MapStateDescriptor(
      String name, Serializer<UK> keySerializer, Serializer<UV> valueSerializer) {
    this(name, keySerializer, valueSerializer, null);
  }

  /**
   * As this, with a time to live.
   *
   * @param newTimeToLive how long what is in it lives; null for ever
   * @return another declaration
   */
  public MapStateDescriptor<UK, UV> withTimeToLive(TimeToLive newTimeToLive) {
    return new MapStateDescriptor<>(name, keySerializer, valueSerializer, newTimeToLive);
  }

  @Override
  public StateKind kind() {
    return StateKind.MAP;
  }
}
