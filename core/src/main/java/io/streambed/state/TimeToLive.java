package io.streambed.state;

import java.time.Duration;
import java.util.Objects;

/**
 * How long keyed state lives: each value, list element, map entry and accumulator for itself, since
 * it was written last. What is older counts as if it had never been written.
 *
 * <pre>{@code
 * context.value("lastLogin", Long.class, TimeToLive.of(Duration.ofDays(30)).withRenewalOnRead());
 * }</pre>
 *
 * <p>Time is that of the subtask: processing time, or its watermark. It never goes back, and a job
 * that is restored goes on from the greatest time that its checkpoint has seen. What is written at
 * time {@code t} is read until {@code t + duration - 1}.
 *
 * <p>Each read or write of a state also removes expired entries of other keys, a few at a time;
 * full snapshots leave them out. So the state does not grow without bound, but something that has
 * expired may still take space for a while.
 *
 * <p>All who open a state declare the same time to live.
 *
 * @param duration from 1 ms; what is longer than time can be told in milliseconds means for ever
 * @param eventTime whether time is the watermark, instead of the clock. What is written for an
 *     element that is ahead of the watermark lives from the element's own time on
 * @param renewedOnRead whether reading renews as well as writing does; to ask whether a map is
 *     empty, or how large it is, reads nothing. A list is written anew by a read
 * @param returnsExpired whether reading gives what is expired as long as it is there
 * @param sweptPerAccess how many entries of the state each read and write looks at for what is
 *     expired, on average: from 0 to {@value #MAX_SWEPT}. From 2 on, state that keeps getting new
 *     keys is no larger than about twice what is not expired
 * @param sweptPerElement how many each element looks at that makes a key current, whether or not it
 *     uses this state: from 0 to {@value #MAX_SWEPT}
 */
public record TimeToLive(
    Duration duration,
    boolean eventTime,
    boolean renewedOnRead,
    boolean returnsExpired,
    int sweptPerAccess,
    int sweptPerElement) {
  /** How many entries an access looks at if nothing else is said. */
  public static final int DEFAULT_SWEPT = 2;

  /** The most entries that an access or element may look at. */
  public static final int MAX_SWEPT = 1_000;

  /** Checks the parts. */
  public TimeToLive {
    Objects.requireNonNull(duration, "duration");
    if (duration.compareTo(Duration.ofMillis(1)) < 0) {
      throw new IllegalArgumentException(
          "a time to live of " + duration + ": the shortest is one millisecond");
    }
    checkSwept("access", sweptPerAccess);
    checkSwept("element", sweptPerElement);
  }

  private static void checkSwept(String who, int places) {
    if (places < 0 || places > MAX_SWEPT) {
      throw new IllegalArgumentException(
          "a time to live with "
              + places
              + " entries that each "
              + who
              + " looks at for what is expired: it can be from 0 to "
              + MAX_SWEPT);
    }
  }

  /**
   * State that lives for so long after it was written, by processing time; afterwards nobody reads
   * it.
   *
   * @param duration from 1 ms
   * @return the policy
   * @throws IllegalArgumentException if the duration is shorter
   */
  public static TimeToLive of(Duration duration) {
    return new TimeToLive(duration, false, false, false, DEFAULT_SWEPT, 0);
  }

  /**
   * By the watermark instead of the clock.
   *
   * @return another policy
   */
  public TimeToLive withEventTime() {
    return new TimeToLive(
        duration, true, renewedOnRead, returnsExpired, sweptPerAccess, sweptPerElement);
  }

  /**
   * Renewed by reading too.
   *
   * @return another policy
   */
  public TimeToLive withRenewalOnRead() {
    return new TimeToLive(
        duration, eventTime, true, returnsExpired, sweptPerAccess, sweptPerElement);
  }

  /**
   * With what is expired given to readers as long as it is there.
   *
   * @return another policy
   */
  public TimeToLive withExpiredReturned() {
    return new TimeToLive(
        duration, eventTime, renewedOnRead, true, sweptPerAccess, sweptPerElement);
  }

  /**
   * With other numbers of entries that are looked at for what is expired.
   *
   * @param perAccess by each read and write, on average: from 0 to {@value #MAX_SWEPT}
   * @param perElement by each element that makes a key current: from 0 to {@value #MAX_SWEPT}
   * @return another policy
   * @throws IllegalArgumentException if a number is none of these
   */
  public TimeToLive withSweep(int perAccess, int perElement) {
    return new TimeToLive(
        duration, eventTime, renewedOnRead, returnsExpired, perAccess, perElement);
  }

  /**
   * The duration.
   *
   * @return milliseconds, from 1; {@link Long#MAX_VALUE} if there are more
   */
  public long millis() {
    try {
      return duration.toMillis();
    } catch (ArithmeticException e) {
      return Long.MAX_VALUE;
    }
  }
}
