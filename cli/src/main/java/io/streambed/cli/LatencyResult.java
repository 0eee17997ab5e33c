package io.streambed.cli;

import java.util.concurrent.TimeUnit;

/**
 * The latency of a job at one rate.
 *
 * @param rateAsked elements a second that were to be pushed
 * @param rateReached elements a second that have arrived
 * @param p50Millis half of the elements took at most so long
 * @param p99Millis 99 of 100 elements took at most so long
 * @param maxMillis the longest that an element took
 * @param elements how many were timed
 */
record LatencyResult(
    int rateAsked,
    double rateReached,
    double p50Millis,
    double p99Millis,
    double maxMillis,
    int elements) {
  private static final int HALF = 50;
  private static final int NEARLY_ALL = 99;
  private static final int ALL = 100;

  /**
   * The result of a measurement.
   *
   * @param tookNanos from the end of the warm-up until the last element has arrived
   * @param sortedNanos how long each element took, the shortest first, at least one
   */
  static LatencyResult of(int rateAsked, long tookNanos, long[] sortedNanos) {
    return new LatencyResult(
        rateAsked,
        (double) sortedNanos.length * TimeUnit.SECONDS.toNanos(1) / tookNanos,
        percentileMillis(sortedNanos, HALF),
        percentileMillis(sortedNanos, NEARLY_ALL),
        percentileMillis(sortedNanos, ALL),
        sortedNanos.length);
  }

  /** The smallest of the times that so many of 100 elements did not exceed. */
  private static double percentileMillis(long[] sortedNanos, int percent) {
    long rank = ((long) sortedNanos.length * percent + ALL - 1) / ALL;
    return (double) sortedNanos[(int) rank - 1] / TimeUnit.MILLISECONDS.toNanos(1);
  }
}
