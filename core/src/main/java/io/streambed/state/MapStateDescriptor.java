package io.streambed.state;

import io.streambed.serial.Serializer;
import java.util.List;
import java.util.Objects;

/**
 * Declares a {@link MapState}, or a {@link BroadcastState} where an operator opens it as one.
 *
 * @param name the state's name, unique within the operator
 * @param keySerializer of the user keys; its type must have a key hasher
 * @param valueSerializer of the values
 * @param timeToLive how long what is in it lives; null for ever
 * @param formerNames names that the state had in earlier versions of the job, see {@link
 *     StateDescriptor#formerNames()}
 * @param <UK> the type of the user keys
 * @param <UV> the type of the values
 */
public record MapStateDescriptor<UK, UV>(
    String name,
    Serializer<UK> keySerializer,
    Serializer<UV> valueSerializer,
    TimeToLive timeToLive,
    List<String> formerNames)
    implements StateDescriptor {
  /** Checks the parts. */
  public MapStateDescriptor {
    StateNames.check(name);
    formerNames = StateNames.checkFormer(name, formerNames);
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
   * Declares state that always had this name.
   *
   * @param name the state's name, unique within the operator
   * @param keySerializer of the user keys; its type must have a key hasher
   * @param valueSerializer of the values
   * @param timeToLive how long what is in it lives; null for ever
   */
  public MapStateDescriptor(
      String name,
      Serializer<UK> keySerializer,
      Serializer<UV> valueSerializer,
      TimeToLive timeToLive) {
    this(name, keySerializer, valueSerializer, timeToLive, List.of());
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
    return new MapStateDescriptor<>(
        name, keySerializer, valueSerializer, newTimeToLive, formerNames);
  }

  /**
   * As this, for a state that was renamed: what a checkpoint holds under one of its former names
   * goes on under the present one.
   *
   * @param newFormerNames the names that it had before
   * @return another declaration
   * @throws IllegalArgumentException if one of them is no name of a state, is the present name, or
   *     is there twice
   */
  public MapStateDescriptor<UK, UV> withFormerNames(String... newFormerNames) {
    return new MapStateDescriptor<>(
        name, keySerializer, valueSerializer, timeToLive, List.of(newFormerNames));
  }

  @Override
  public StateKind kind() {
    return StateKind.MAP;
  }
}
