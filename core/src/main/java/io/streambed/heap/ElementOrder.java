package io.streambed.heap;

import io.streambed.store.NumberOrder;
import java.util.Comparator;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;

/**
 * The order in which elements leave a queue: that of its declaration, then that of their ties. A
 * tie is made of an element's key group and hash, so that hardly two elements have the same.
 *
 * <p>Where the declaration goes by a number, it is compared first, and may be kept beside the
 * element with the tie: most comparisons then need no look at the element.
 */
final class ElementOrder<T> implements Comparator<T> {
  private final ToLongFunction<? super T> numbers;

  /** Compares elements of the same number; null where the number is the whole order. */
  private final Comparator<? super T> rest;

  private final ToIntFunction<T> ties;

  ElementOrder(Comparator<? super T> declared, ToIntFunction<T> ties) {
    if (declared instanceof NumberOrder<? super T> byNumber) {
      this.numbers = byNumber.number();
      this.rest = null;
    } else {
      this.numbers = element -> 0;
      this.rest = declared;
    }
    this.ties = ties;
  }

  /** The number of an element, 0 where the order does not go by one. */
  long number(T element) {
    return numbers.applyAsLong(element);
  }

  int tie(T element) {
    return ties.applyAsInt(element);
  }

  /** Compares elements that have the same number. */
  int compareRest(T left, int leftTie, T right, int rightTie) {
    int compared = rest == null ? 0 : rest.compare(left, right);
    return compared != 0 ? compared : Integer.compare(leftTie, rightTie);
  }

  @Override
  public int compare(T left, T right) {
    int compared = Long.compare(number(left), number(right));
    return compared != 0 ? compared : compareRest(left, tie(left), right, tie(right));
  }
}
