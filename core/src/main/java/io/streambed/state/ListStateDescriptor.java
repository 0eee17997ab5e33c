package io.streambed.state;

import io.streambed.serial.Serializer;
import java.util.List;
import java.util.Objects;

/**
 * Declares a {@link ListState}.
 *
 * @param name the state's name, unique within the operator
 * @param serializer of the elements
 * @param timeToLive how long what is in it lives; null for ever
 * @param formerNames names that the state had in earlier versions of the job, see {@link
 *     StateDescriptor#formerNames()}
 * @param <E> the type of the elements
 */
public record ListStateDescriptor<E>(
    String name, Serializer<E> serializer, TimeToLive timeToLive, List<String> formerNames)
    implements StateDescriptor {
  /** Checks the parts. */
  public ListStateDescriptor {
    StateNames.check(name);
    formerNames = StateNames.checkFormer(name, formerNames);
    Objects.requireNonNull(serializer, "serializer");
  }

  /**
   * Declares state that always had this name.
   *
   * @param name the state's name, unique within the operator
   * @param serializer of the elements
   * @param timeToLive how long what is in it lives; null for ever
   */
  public ListStateDescriptor(String name, Serializer<E> serializer, TimeToLive timeToLive) {
    this(name, serializer, timeToLive, List.of());
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
    return new ListStateDescriptor<>(name, serializer, newTimeToLive, formerNames);
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
  public ListStateDescriptor<E> withFormerNames(String... newFormerNames) {
    return new ListStateDescriptor<>(name, serializer, timeToLive, List.of(newFormerNames));
  }

  @Override
  public Serializer<E> valueSerializer() {
    return serializer;
  }

  @Override
  public StateKind kind() {
    return StateKind.LIST;
  }
}
