package io.streambed.runtime;

/**
 * Hears of what happens while a job runs.
 *
 * <p>Threading: called on many threads, at times on the one that does the thing: while the listener
 * holds it, that thing waits. An exception from it fails what it hears of.
 */
@FunctionalInterface
public interface JobListener {
  /** Hears nothing. */
  JobListener NONE = event -> {};

  /**
   * Something happens.
   *
   * @param event what
   */
  void on(JobEvent event);
}
