package io.streambed.runtime;

/**
 * How often a job is started again after a failure, and how long it waits before. Restarts are
 * counted within a window of time: a job that fails now and then goes on for ever, one that fails
 * again and again does not. Each restart within the window waits twice as long as the one before.
 *
 * @param maxRestarts failures beyond this many within the window fail the job; from 0
 * @param delayMillis how long the first restart in a window waits, in milliseconds; from 0
 * @param maxDelayMillis the longest wait, in milliseconds; from delayMillis
 * @param windowMillis how long a restart is counted, in milliseconds; from 1
 */
public record RestartPolicy(
    int maxRestarts, long delayMillis, long maxDelayMillis, long windowMillis) {
  /** The longest wait before a restart if nothing else is said: a minute. */
  public static final long DEFAULT_MAX_DELAY_MILLIS = 60_000;

  /** How long a restart is counted if nothing else is said: an hour. */
  public static final long DEFAULT_WINDOW_MILLIS = 3_600_000;

  /** No restart: the first failure fails the job. */
  public static final RestartPolicy NEVER = new RestartPolicy(0, 0);

  /** Five restarts within an hour, after 1, 2, 4, 8 and 16 seconds. */
  public static final RestartPolicy DEFAULT = new RestartPolicy(5, 1_000);

  /** Checks the ranges. */
  public RestartPolicy {
    if (maxRestarts < 0 || delayMillis < 0) {
      throw new IllegalArgumentException(
          "maxRestarts " + maxRestarts + " or delayMillis " + delayMillis + " is negative");
    }
    if (maxDelayMillis < delayMillis) {
      throw new IllegalArgumentException(
          "maxDelayMillis " + maxDelayMillis + " is below delayMillis " + delayMillis);
    }
    if (windowMillis < 1) {
      throw new IllegalArgumentException("windowMillis " + windowMillis + " is below 1");
    }
  }

  /**
   * A policy with the default window, and with a longest wait of {@link #DEFAULT_MAX_DELAY_MILLIS},
   * or of the first wait if that is longer.
   *
   * @param maxRestarts failures beyond this many within the window fail the job; from 0
   * @param delayMillis how long the first restart in a window waits, in milliseconds; from 0
   */
  public RestartPolicy(int maxRestarts, long delayMillis) {
    this(
        maxRestarts,
        delayMillis,
        Math.max(delayMillis, DEFAULT_MAX_DELAY_MILLIS),
        DEFAULT_WINDOW_MILLIS);
  }

  /** How long a restart waits that is the given one in its window, from 1. */
  long delayMillis(int restartInWindow) {
    long delay = delayMillis;
    for (int i = 1; i < restartInWindow && delay < maxDelayMillis; i++) {
      delay = delay > maxDelayMillis / 2 ? maxDelayMillis : 2 * delay;
    }
    return delay;
  }
}
