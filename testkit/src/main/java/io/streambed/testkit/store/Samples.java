package io.streambed.testkit.store;

import io.streambed.serial.Serializer;
import java.util.function.BinaryOperator;
import java.util.function.IntFunction;

/**
 * Values of one type, made from numbers.
 *
 * @param serializer of the type
 * @param of gives the value of a number, a new object where it can change; different numbers give
 *     different values unless there is but one
 * @param join makes one value of two: the first changed in place, where values can change
 * @param <T> the type
 */
public record Samples<T>(Serializer<T> serializer, IntFunction<T> of, BinaryOperator<T> join) {

  static <T> Samples<T> of(Serializer<T> serializer, IntFunction<T> of) {
    return new Samples<>(
        serializer,
        of,
        (first, second) -> {
          throw new UnsupportedOperationException("only values are joined");
        });
  }

  /**
   * The value of a number.
   *
   * @param number any
   * @return the value, not null
   */
  public T at(int number) {
    return of.apply(number);
  }

  /**
   * A value changed by that of a number: in place, where it can change.
   *
   * @param value the value
   * @param number any
   * @return the value to put back
   */
  public T change(T value, int number) {
    return join.apply(value, at(number));
  }

  /**
   * Whether the type has but one value.
   *
   * @return true if all numbers give the same
   */
  public boolean sole() {
    return at(0).equals(at(1));
  }
}
