package io.streambed.serial;

import java.util.function.ToLongFunction;

/**
 * An upper bound of the bytes that a serializer writes for a value, known without writing them.
 * Stores that keep objects check limits by it when a value is put; only a value whose bound is
 * beyond a limit is then written, to see.
 *
 * <p>Threading: immutable; the functions given must be usable by any thread.
 *
 * @param <T> the type of the values
 */
public final class SizeBound<T> {
  /** The most bytes that a length takes before what it counts. */
  public static final int LENGTH_BYTES = 5;

  /** Of text; 0 for everything else. Text is bounded here, without a call through a function. */
  private final int bytesPerChar;

  private final ToLongFunction<T> bound;

  private SizeBound(int bytesPerChar, ToLongFunction<T> bound) {
    this.bytesPerChar = bytesPerChar;
    this.bound = bound;
  }

  /**
   * The bound of text that is written char by char behind a length.
   *
   * @param bytesPerChar the most bytes that a char takes, at least 1
   * @return the bound
   */
  public static SizeBound<String> ofText(int bytesPerChar) {
    return new SizeBound<>(bytesPerChar, null);
  }

  /**
   * A bound that a function computes.
   *
   * @param bound gives at least the number of bytes that {@link Serializer#write} appends, at a
   *     cost that does not grow with the value
   * @param <T> the type of the values
   * @return the bound
   */
  public static <T> SizeBound<T> of(ToLongFunction<T> bound) {
    return new SizeBound<>(0, bound);
  }

  /**
   * The bound for one value.
   *
   * @param value the value, not null
   * @return a number of bytes, at least as many as are written for it
   */
  public long of(T value) {
    return bytesPerChar == 0
        ? bound.applyAsLong(value)
        : LENGTH_BYTES + (long) bytesPerChar * ((String) value).length();
  }
}
