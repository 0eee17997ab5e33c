package io.streambed.state;

import io.streambed.serial.Serializer;
import java.util.List;
import java.util.Objects;

/**
 * Declares a {@link ReducingState}.
 *
 * @param name the state's name, unique within the operator
 * @param serializer of elements and value
 * @param function combines two elements
 * @param timeToLive how long what is in it lives; null for ever
 * @param formerNames names that the state had in earlier versions of the job, see {@link
 *     StateDescriptor#formerNames()}
 * @param <T> the type of elements and value
 */
public record ReducingStateDescriptor<T>(
    String name,
    Serializer<T> serializer,
    ReduceFunction<T> function,
    TimeToLive timeToLive,
    List<String> formerNames)
    implements StateDescriptor {
  /** Checks the parts. */
  public ReducingStateDescriptor {
    StateNames.check(name);
    formerNames = StateNames.checkFormer(name, formerNames);
    Objects.requireNonNull(serializer, "serializer");
    Objects.requireNonNull(function, "function");
  }

  /**
   * Declares state that always had this name.
   *
   * @param name the state's name, unique within the operator
   * @param serializer of elements and value
   * @param function combines two elements
   * @param timeToLive how long what is in it lives; null for ever
   */
  public ReducingStateDescriptor(
      String name, Serializer<T> serializer, ReduceFunction<T> function, TimeToLive timeToLive) {
    this(name, serializer, function, timeToLive, List.of());
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
    return new ReducingStateDescriptor<>(name, serializer, function, newTimeToLive, formerNames);
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
  public ReducingStateDescriptor<T> withFormerNames(String... newFormerNames) {
    return new ReducingStateDescriptor<>(
        name, serializer, function, timeToLive, List.of(newFormerNames));
  }

  @Override
  public Serializer<T> valueSerializer() {
    return serializer;
  }

  @Override
  public StateKind kind() {
    return StateKind.REDUCING;
  }
}
