package io.streambed.store;

import java.util.Comparator;
import java.util.Objects;
import java.util.function.ToLongFunction;

/**
 * Orders elements by a number alone, such as the timestamp of a timer: a store can compare the
 * numbers without a look at the elements.
 *
 * @param number gives the number of an element, always the same
 * @param <T> the type of the elements
 */
public record NumberOrder<T>(ToLongFunction<? super T> number) implements Comparator<T> {
  /** Checks the part. */
  public NumberOrder {
    Objects.requireNonNull(number, "number");
  }

  @Override
  public int compare(T left, T right) {
    return Long.compare(number.applyAsLong(left), number.applyAsLong(right));
  }
}
