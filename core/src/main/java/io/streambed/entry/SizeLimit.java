package io.streambed.entry;

import io.streambed.serial.Serializer;
import io.streambed.serial.SizeBound;
import java.util.function.Consumer;

/**
 * What a store that keeps objects, and writes them only in a snapshot, checks of the values of one
 * part of a state when it meets them. The first one tries the serializer, see {@link
 * Codec#firstCheck}. Those after it are held against the limit of their size: that costs a
 * comparison; where it would cost more there is none, and the first snapshot that meets an
 * oversized value refuses it.
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
  static <T> SizeLimit<T> of(
      Serializer<T> serializer, int limitBytes, Consumer<? super T> measure) {
    SizeBound<T> bound = serializer.fixedLength() >= 0 ? null : serializer.sizeBound();
    return bound == null ? null : new SizeLimit<>(bound, limitBytes, measure);
  }

  /**
   * The check of the first value, which tries its serializer. The trial takes the place of the
   * bound, so that the check of the values after it does not have to ask whether they are the
   * first.
   *
   * @param trial throws if the value's serializer is broken
   * @param later the check of the values after the first one that passes, or null if they need none
   * @param then given {@code later} once a value has passed: whoever checks uses that from now on
   * @param <T> the type of the values
   * @return the check
   */
  static <T> SizeLimit<T> first(
      Consumer<? super T> trial, SizeLimit<T> later, Consumer<SizeLimit<T>> then) {
    SizeBound<T> bound =
        SizeBound.of(
            value -> {
              trial.accept(value);
              if (later != null) {
                later.check(value);
              }
              then.accept(later);
              return 0;
            });
    return new SizeLimit<>(bound, 0, value -> {});
  }

  /**
   * Checks a value.
   *
   * @param value the value, not null
   * @throws io.streambed.error.OversizedEntryException if its bytes are too many
   * @throws io.streambed.error.SerializationException if it is the first one and its serializer is
   *     broken
   */
  public void check(T value) {
    if (bound.of(value) > limitBytes) {
      measure.accept(value);
    }
  }
}
