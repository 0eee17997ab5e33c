package io.streambed.cli.bench;

import java.util.concurrent.TimeUnit;

/**
 * How long accesses to a state took in one phase of a {@link MigrationRun}.
 *
 * @param phase {@code same type}, {@code migrating} or {@code migrated}
 * @param openingMillis how long it took to open the state; 0 of a phase that found it open
 * @param accesses each sets the key, reads the value and writes it; one in {@link
 *     MigrationRun#INSERT_EVERY} finds none under its key, which is new
 * @param seconds all of them together
 * @param accessesPerSecond how many of them a second
 * @param p50Micros half of the accesses took at most so long
 * @param p999Micros 999 of 1,000 accesses took at most so long
 * @param longestMillis the longest access
 * @param checkpointMillis how long accesses waited for the one incremental checkpoint that is taken
 *     near the beginning: for its part on the task's thread, not for the writing of its files
 */
public record MigrationResult(
    String phase,
    double openingMillis,
    long accesses,
    double seconds,
    double accessesPerSecond,
    double p50Micros,
    double p999Micros,
    double longestMillis,
    double checkpointMillis) {

  /** Counts accesses by their time: exact to the microsecond up to 100 ms. */
  static final class Timing {
    private static final int MICROS = 100_000;

    private final int[] counts = new int[MICROS + 1];
    private long accesses;
    private long longestNanos;
    private long checkpointNanos;

    void add(long nanos) {
      counts[(int) Math.min(MICROS, TimeUnit.NANOSECONDS.toMicros(nanos))]++;
      accesses++;
      longestNanos = Math.max(longestNanos, nanos);
    }

    void checkpoint(long nanos) {
      checkpointNanos = nanos;
    }

    long accesses() {
      return accesses;
    }

    MigrationResult result(String phase, double openingMillis, long tookNanos) {
      double seconds = (double) tookNanos / TimeUnit.SECONDS.toNanos(1);
      return new MigrationResult(
          phase,
          openingMillis,
          accesses,
          seconds,
          accesses / seconds,
          percentileMicros(0.5),
          percentileMicros(0.999),
          (double) longestNanos / TimeUnit.MILLISECONDS.toNanos(1),
          (double) checkpointNanos / TimeUnit.MILLISECONDS.toNanos(1));
    }

    private double percentileMicros(double share) {
      long atMost = 0;
      int micros = 0;
      while (micros < MICROS && (atMost += counts[micros]) < share * accesses) {
        micros++;
      }
      return micros + 1;
    }
  }
}
