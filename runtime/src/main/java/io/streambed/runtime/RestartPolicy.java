package io.streambed.runtime;

/**
 * How often a job is started again after a failure.
 *
 * @param maxRestarts failures beyond this many fail the job; from 0
 * @param delayMillis how long to wait before each restart, in milliseconds; from 0
 */
public record RestartPolicy(int maxRestarts, long delayMillis) {
  /** No restart: the first failure fails the job. */
  public static final RestartPolicy NEVER = new RestartPolicy(0, 0);

  /** Three restarts, a second apart. */
  public static final RestartPolicy DEFAULT = new RestartPolicy(3, 1_000);

  /** Checks the ranges. */
  public RestartPolicy {
    if (maxRestarts < 0 || delayMillis < 0) {
      throw new IllegalArgumentException(
          "maxRestarts " + maxRestarts + " and delayMillis " + delayMillis + " are not negative");
    }
  }
}
