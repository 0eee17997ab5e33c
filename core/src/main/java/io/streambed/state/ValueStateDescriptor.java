package io.streambed.state;

import io.streambed.serial.Serializer;
import java.util.List;
import java.util.Objects;

/**
 * Declares a {@link ValueState}.
 *
 * @param name the state's name, unique within the operator
 * @param serializer of the value
 * @param defaultValue what {@code value()} gives if there is none; may be null. It is copied for
 *     each caller if it is mutable
 * @param timeToLive how long what is in it lives; null for ever
 * @param formerNames names that the state had in earlier versions of the job, see {@link
 *     StateDescriptor#formerNames()}
 * @param <V> the type of the value
 */
public record ValueStateDescriptor<V>(
    String name,
    Serializer<V> serializer,
    V defaultValue,
    TimeToLive timeToLive,
    List<String> formerNames)
    implements StateDescriptor {
  /** Checks the parts. */
  public ValueStateDescriptor {
    StateNames.check(name);
    formerNames = StateNames.checkFormer(name, formerNames);
    Objects.requireNonNull(serializer, "serializer");
  }

  /**
   * Declares state that always had this name.
   *
   * @param name the state's name, unique within the operator
   * @param serializer of the value
   * @param defaultValue what {@code value()} gives if there is none; may be null
   * @param timeToLive how long what is in it lives; null for ever
   */
  public ValueStateDescriptor(
      String name, Serializer<V> serializer, V defaultValue, TimeToLive timeToLive) {
    this(name, serializer, defaultValue, timeToLive, List.of());
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
    return new ValueStateDescriptor<>(name, serializer, defaultValue, newTimeToLive, formerNames);
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
  public ValueStateDescriptor<V> withFormerNames(String... newFormerNames) {
    return new ValueStateDescriptor<>(
        name, serializer, defaultValue, timeToLive, List.of(newFormerNames));
  }

  @Override
  public Serializer<V> valueSerializer() {
    return serializer;
  }

  @Override
  public StateKind kind() {
    return StateKind.VALUE;
  }
}
