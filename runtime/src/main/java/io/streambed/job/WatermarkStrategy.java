package io.streambed.job;

import java.time.Duration;
import java.util.Objects;
import java.util.function.ToLongFunction;

/**
 * How event time advances with the elements of a source: when an element has happened, how far
 * elements may be out of order, and how long a split may be quiet before time goes on without it.
 * Each split has a watermark of its own, and that of a subtask is the least of its splits'.
 *
 * <p>Immutable.
 *
 * @param <T> the type of the elements
 */
public final class WatermarkStrategy<T> {
  /** After this time a split that gives nothing holds the watermark back no longer: 10 s. */
  public static final Duration DEFAULT_IDLE_AFTER = Duration.ofSeconds(10);

  private static final WatermarkStrategy<Object> OF_SOURCE =
      new WatermarkStrategy<>(null, 0, DEFAULT_IDLE_AFTER.toMillis());

  /** Idle from the beginning. */
  private static final WatermarkStrategy<Object> WITHOUT_TIME = new WatermarkStrategy<>(null, 0, 0);

  private final ToLongFunction<? super T> timestampMillis;
  private final long disorderMillis;
  private final long idleAfterMillis;

  private WatermarkStrategy(
      ToLongFunction<? super T> timestampMillis, long disorderMillis, long idleAfterMillis) {
    this.timestampMillis = timestampMillis;
    this.disorderMillis = disorderMillis;
    this.idleAfterMillis = idleAfterMillis;
  }

  /**
   * Times and watermarks are those that the source gives. While a source that knows no times gives
   * elements, no event-time timer of what reads it fires, be it beside another input: declare it
   * with {@link #withoutTime()} then.
   *
   * @param <T> the type of the elements
   * @return the strategy of a source that is declared without one
   */
  @SuppressWarnings("unchecked")
  public static <T> WatermarkStrategy<T> ofSource() {
    return (WatermarkStrategy<T>) OF_SOURCE;
  }

  /**
   * The elements have no event time, such as rules that hold from now on: they hold nobody's
   * watermark back.
   *
   * @param <T> the type of the elements
   * @return the strategy
   */
  @SuppressWarnings("unchecked")
  public static <T> WatermarkStrategy<T> withoutTime() {
    return (WatermarkStrategy<T>) WITHOUT_TIME;
  }

  /**
   * Whether the elements have an event time.
   *
   * @return false for {@link #withoutTime()}
   */
  public boolean hasTime() {
    return idleAfterMillis > 0;
  }

  /**
   * An element says itself when it has happened, and comes at most so much later than a later one
   * of its split. An element that is later still is late: it is given on, behind the watermark.
   * What the source knows of time does not count: it may mean another one.
   *
   * @param disorder how far elements may be out of order, from zero
   * @param timestampMillis gives the time of an element, in milliseconds since the epoch
   * @param <T> the type of the elements
   * @return the strategy
   */
  public static <T> WatermarkStrategy<T> bounded(
      Duration disorder, ToLongFunction<? super T> timestampMillis) {
    Objects.requireNonNull(timestampMillis, "timestampMillis");
    if (disorder.isNegative()) {
      throw new IllegalArgumentException("disorder " + disorder + " is negative");
    }
    return new WatermarkStrategy<>(
        timestampMillis, disorder.toMillis(), DEFAULT_IDLE_AFTER.toMillis());
  }

  /**
   * The same with another time after which a quiet split counts as idle. An idle split does not
   * hold the watermark back; what it gives later may be late.
   *
   * @param time from 1 ms; measured on a clock that does not jump
   * @return a new strategy
   */
  public WatermarkStrategy<T> withIdleAfter(Duration time) {
    if (time.toMillis() < 1) {
      throw new IllegalArgumentException("idle after " + time + ": the least is 1 ms");
    }
    return new WatermarkStrategy<>(timestampMillis, disorderMillis, time.toMillis());
  }

  /**
   * The same, waiting for quiet splits for ever: the watermark stands while one of them is quiet.
   *
   * @return a new strategy
   */
  public WatermarkStrategy<T> withoutIdleness() {
    return new WatermarkStrategy<>(timestampMillis, disorderMillis, Long.MAX_VALUE);
  }

  /**
   * The time of an element.
   *
   * @param element the element
   * @param ofSourceMillis what its source says, in milliseconds since the epoch
   * @return milliseconds since the epoch, or {@link SplitReader#NO_TIMESTAMP}
   */
  public long timestampMillis(T element, long ofSourceMillis) {
    return timestampMillis == null ? ofSourceMillis : timestampMillis.applyAsLong(element);
  }

  /**
   * What is known after an element.
   *
   * @param greatestMillis the greatest time of the split so far, in milliseconds since the epoch
   * @param ofSourceMillis what its source says
   * @return no element that is not late is at or before this
   */
  public long watermark(long greatestMillis, long ofSourceMillis) {
    if (timestampMillis == null) {
      return ofSourceMillis;
    }
    if (greatestMillis == SplitReader.NO_TIMESTAMP) {
      return Long.MIN_VALUE;
    }
    long bound = greatestMillis - disorderMillis - 1;
    return bound < greatestMillis ? bound : Long.MIN_VALUE;
  }

  /**
   * After how much quiet a split counts as idle.
   *
   * @return in milliseconds; {@link Long#MAX_VALUE} for never
   */
  public long idleAfterMillis() {
    return idleAfterMillis;
  }
}
