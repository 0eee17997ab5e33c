package io.streambed.runtime;

/**
 * Stops a job at an exact place, for tests of crashes and failures: the thread that is about to do
 * something, or has just done it, calls the probe, and goes on when the probe returns. What the
 * probe throws fails what the thread does. For everything else take a {@link JobListener}, which
 * can neither hold nor fail a job.
 *
 * <p>Threading: called on many threads, at times at once.
 */
@FunctionalInterface
public interface JobProbe {
  /** Holds nothing. */
  JobProbe NONE = event -> {};

  /**
   * A thread of the job is at an event.
   *
   * @param event which one
   */
  void at(JobEvent event);
}
