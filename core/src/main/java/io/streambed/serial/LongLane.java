package io.streambed.serial;

/**
 * A lossless conversion between values and 64 bits; equal values have equal bits and the reverse.
 *
 * @param <T> the type of the values
 */
public interface LongLane<T> {
  /**
   * The value's bits.
   *
   * @param value never null
   * @return 64 bits
   */
  long toLong(T value);

  /**
   * The value of some bits.
   *
   * @param bits what {@link #toLong} gave
   * @return an equal value
   */
  T fromLong(long bits);
}
