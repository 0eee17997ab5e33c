package io.streambed.runtime;

/**
 * How often a job is started again after a failure. Restarts are counted within a window of time: a
 * job that fails now and then goes on for ever, one that fails again and again does not.
 *
 * @param maxRestarts failures beyond this many within the window fail the job; from 0
 * @param delayMillis how long to wait before each restart, in milliseconds; from 0
 * @param windowMillis how long a restart is counted, in milliseconds; from 1
 */
public record RestartPolicy(int maxRestarts, long delayMillis, long windowMillis) {
  /** How long a restart is counted if nothing else is said: an hour. */
  public static final long DEFAULT_WINDOW_MILLIS = 3_600_000;

  /** No restart: the first failure fails the job. */
  public static final RestartPolicy NEVER = new RestartPolicy(0, 0);

  /** Three restarts within an hour, a second apart. */
  public static final RestartPolicy DEFAULT = new RestartPolicy(3, 1_000);

  /** Checks the ranges. */
  public RestartPolicy {
    if (maxRestarts < 0 || delayMillis < 0) {
      throw new IllegalArgumentException(
          "maxRestarts " + maxRestarts + " and delayMillis " + delayMillis + " are not negative");
    }
    if (windowMillis < 1) {
      throw new IllegalArgumentException("windowMillis " + windowMillis + " is below 1");
    }
  }

  /**
   * A policy that counts restarts within {@link #DEFAULT_WINDOW_MILLIS}.
   *
   * @param maxRestarts failures beyond this many within the window fail the job; from 0
   * @param delayMillis how long to wait before each restart, in milliseconds; from 0
   */
  public RestartPolicy(int maxRestarts, long delayMillis) {
    this(maxRestarts, delayMillis, DEFAULT_WINDOW_MILLIS);
  }
}
