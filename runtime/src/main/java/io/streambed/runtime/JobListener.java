package io.streambed.runtime;

/**
 * Hears of what happens while a job runs, after it has happened.
 *
 * <p>Threading: called on a thread of its own, one event after the other. It cannot hold or fail
 * the job: while it is busy, up to {@value JobEvents#QUEUED} events wait for it, then events are
 * dropped and a warning is logged. {@link JobEvent.RecordsRead} comes before the next event, at the
 * latest {@value JobEvents#READ_MILLIS} ms after elements were read, and has the newest number.
 * What the listener throws is logged. When the job ends, the events that wait are still delivered,
 * for at most {@value JobEvents#LAST_EVENTS_MILLIS} ms.
 */
@FunctionalInterface
public interface JobListener {
  /** Hears nothing. */
  JobListener NONE = event -> {};

  /**
   * Something has happened.
   *
   * @param event what
   */
  void on(JobEvent event);
}
