package io.streambed.checkpoint;

/**
 * When checkpoints are taken and how many are kept.
 *
 * @param intervalMillis from one trigger to the next, from 1; 0 for none but savepoints and the
 *     last one
 * @param minPauseMillis from the end of one checkpoint, however it ended, to the next trigger; from
 *     0
 * @param timeoutMillis from a trigger to the last acknowledgement, from 1. The runtime also waits
 *     so long for a commit, and for the storage when the job starts
 * @param maxConcurrent checkpoints and savepoints under way at a time, from 1
 * @param tolerableFailures how many checkpoints may fail in a row before the tasks are stopped, to
 *     be started again as the restart policy says; from 0
 * @param retained how many complete checkpoints to keep, from 1
 */
public record CoordinatorOptions(
    long intervalMillis,
    long minPauseMillis,
    long timeoutMillis,
    int maxConcurrent,
    int tolerableFailures,
    int retained) {
  /** Every 10 s, no pause, timeout 10 min, one at a time, 3 failures tolerated, one kept. */
  public static final CoordinatorOptions DEFAULT =
      new CoordinatorOptions(10_000, 0, 600_000, 1, 3, 1);

  /** Checks the ranges. */
  public CoordinatorOptions {
    atLeast(0, intervalMillis, "intervalMillis");
    atLeast(0, minPauseMillis, "minPauseMillis");
    atLeast(1, timeoutMillis, "timeoutMillis");
    atLeast(1, maxConcurrent, "maxConcurrent");
    atLeast(0, tolerableFailures, "tolerableFailures");
    atLeast(1, retained, "retained");
  }

  private static void atLeast(long least, long value, String option) {
    if (value < least) {
      throw new IllegalArgumentException(option + " " + value + " is below " + least);
    }
  }

  /**
   * The same with another interval.
   *
   * @param millis from 1; 0 for none but savepoints and the last one
   * @return new options
   */
  public CoordinatorOptions withIntervalMillis(long millis) {
    return new CoordinatorOptions(
        millis, minPauseMillis, timeoutMillis, maxConcurrent, tolerableFailures, retained);
  }

  /**
   * The same with another number of checkpoints kept.
   *
   * @param count from 1
   * @return new options
   */
  public CoordinatorOptions withRetained(int count) {
    return new CoordinatorOptions(
        intervalMillis, minPauseMillis, timeoutMillis, maxConcurrent, tolerableFailures, count);
  }

  /**
   * The same with another number of failures tolerated.
   *
   * @param count from 0
   * @return new options
   */
  public CoordinatorOptions withTolerableFailures(int count) {
    return new CoordinatorOptions(
        intervalMillis, minPauseMillis, timeoutMillis, maxConcurrent, count, retained);
  }
}
