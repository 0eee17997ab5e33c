package io.streambed.state;

import io.streambed.serial.Serializer;
import java.util.List;
import java.util.Objects;

/**
 * Declares an {@link AggregatingState}.
 *
 * @param name the state's name, unique within the operator
 * @param serializer of the accumulator
 * @param function how elements are aggregated
 * @param timeToLive how long what is in it lives; null for ever
 * @param formerNames names that the state had in earlier versions of the job, see {@link
 *     StateDescriptor#formerNames()}
 * @param <IN> the type of the elements
 * @param <ACC> the type of the accumulator
 * @param <OUT> the type of the result
 */
public record AggregatingStateDescriptor<IN, ACC, OUT>(
    String name,
    Serializer<ACC> serializer,
    AggregateFunction<IN, ACC, OUT> function,
    TimeToLive timeToLive,
    List<String> formerNames)
    implements StateDescriptor {
  /** Checks the parts. */
  public AggregatingStateDescriptor {
    StateNames.check(name);
    formerNames = StateNames.checkFormer(name, formerNames);
    Objects.requireNonNull(serializer, "serializer");
    Objects.requireNonNull(function, "function");
  }

  /**
   * Declares state that always had this name.
   *
   * @param name the state's name, unique within the operator
   * @param serializer of the accumulator
   * @param function how elements are aggregated
   * @param timeToLive how long what is in it lives; null for ever
   */
  public AggregatingStateDescriptor(
      String name,
      Serializer<ACC> serializer,
      AggregateFunction<IN, ACC, OUT> function,
      TimeToLive timeToLive) {
    this(name, serializer, function, timeToLive, List.of());
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
    return new AggregatingStateDescriptor<>(name, serializer, function, newTimeToLive, formerNames);
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
  public AggregatingStateDescriptor<IN, ACC, OUT> withFormerNames(String... newFormerNames) {
    return new AggregatingStateDescriptor<>(
        name, serializer, function, timeToLive, List.of(newFormerNames));
  }

  @Override
  public Serializer<ACC> valueSerializer() {
    return serializer;
  }

  @Override
  public StateKind kind() {
    return StateKind.AGGREGATING;
  }
}
