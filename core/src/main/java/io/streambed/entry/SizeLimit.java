package io.streambed.entry;

import io.streambed.serial.Serializer;
import io.streambed.serial.SizeBound;
import java.util.function.Consumer;

/**
 * Holds the values of one part of a state against its limit when they are put, for stores that keep
 * objects and write them only in a snapshot. It costs a comparison; where it would cost more, there
 * is none, and the first snapshot that meets an oversized value refuses it.
 *
 * <p>Threading: the store's thread.
 *
 * @param <T> the type of the values
 */
public final class SizeLimit<T> {
  private final SizeBound<T> bound;
  private final int limitBytes;
  private final Consumer<? super T> measure;

  private SizeLimit(SizeBound<T> bound, int limitBytes, Consumer<? super T> measure) {
    this.bound = bound;
    this.limitBytes = limitBytes;
    this.measure = measure;
  }

  /**
   * The check for a serializer's values.
   *
   * @param serializer of the values
   * @param limitBytes the most bytes a value may take
   * @param measure writes a value that may be too large, and throws if it is
   * @param <T> the type of the values
   * @return the check; null if all values have one size, which fits, or if only writing tells
   */
  public static <T> SizeLimit<T> of(
      Serializer<T> serializer, int limitBytes, Consumer<? super T> measure) {
    SizeBound<T> bound = serializer.fixedLength() >= 0 ? null : serializer.sizeBound();
    return bound == null ? null : new SizeLimit<>(bound, limitBytes, measure);
  }

  /**
   * Checks a value.
   *
   * @param value the value, not null
   * @throws io.streambed.error.OversizedEntryException if its bytes are too many
   */
  public void check(T value) {
    if (bound.of(value) > limitBytes) {
      measure.accept(value);
    }
  }
}
