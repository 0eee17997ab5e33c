package io.streambed.runtime;

import io.streambed.meter.Meters;

/**
 * What is measured of a job as a whole, told by its events: checkpoints and restarts. {@code
 * docs/metrics.md} lists it.
 *
 * <p>Threading: any thread.
 */
final class JobMetrics {
  private static final long NANOS_A_MILLI = 1_000_000;

  private final Meters meters;
  private final Meters.Counter completed;
  private final Meters.Counter failed;
  private final Meters.Counter restarts;
  private final Meters.Histogram durations;
  private final Meters.Histogram sizes;
  private final Meters.Histogram written;
  private final Meters.Gauge age;

  /** When the last checkpoint was complete; before the first, when the job began. */
  private volatile long completedNanos;

  /**
   * Of a job that begins.
   *
   * @param meters are told of it, and give the time; they carry its name
   */
  JobMetrics(Meters meters) {
    this.meters = meters;
    completedNanos = meters.nanos();
    completed = meters.counter("checkpoint.completed");
    failed = meters.counter("checkpoint.failed");
    restarts = meters.counter("job.restarts");
    durations = meters.histogram("checkpoint.duration.millis");
    sizes = meters.histogram("checkpoint.size.bytes");
    written = meters.histogram("checkpoint.written.bytes");
    age = meters.gauge("checkpoint.age.millis", this::ageMillis);
  }

  private long ageMillis() {
    return (meters.nanos() - completedNanos) / NANOS_A_MILLI;
  }

  /** Measures what an event says. */
  void measure(JobEvent event) {
    if (event instanceof JobEvent.CheckpointCompleted checkpoint) {
      completedNanos = meters.nanos();
      completed.add(1);
      durations.record(checkpoint.millis());
      sizes.record(checkpoint.bytes());
      written.record(checkpoint.writtenBytes());
    } else if (event instanceof JobEvent.CheckpointAborted) {
      failed.add(1);
    } else if (event instanceof JobEvent.Restarting) {
      restarts.add(1);
    }
  }

  /** The job has ended, and all of its subtasks. */
  void close() {
    age.close();
    meters.end();
  }
}
