package io.streambed.tracking;

import io.streambed.meter.Meters;

/**
 * One operation of one state: decides which of its calls are measured, and takes what is measured.
 *
 * <p>Threading: the task's thread.
 */
final class Operation {
  private final Meters meters;
  private final int sampleInterval;

  /** Null where this is not measured. */
  private final Meters.Histogram latencies;

  private final Meters.Histogram keySizes;
  private final Meters.Histogram valueSizes;

  /** Calls until the next that is measured. */
  private int untilSampled = 1;

  Operation(
      Meters meters,
      int sampleInterval,
      Meters.Histogram latencies,
      Meters.Histogram keySizes,
      Meters.Histogram valueSizes) {
    this.meters = meters;
    this.sampleInterval = sampleInterval;
    this.latencies = latencies;
    this.keySizes = keySizes;
    this.valueSizes = valueSizes;
  }

  /** Counts a call; returns whether it is to be measured. */
  boolean isSampled() {
    if (--untilSampled > 0) {
      return false;
    }
    untilSampled = sampleInterval;
    return true;
  }

  /** When a call begins that is measured, for {@link #ended}. */
  long begin() {
    return latencies == null ? 0 : meters.nanos();
  }

  /** A call has ended that began at a time. */
  void ended(long beginNanos) {
    if (latencies != null) {
      latencies.record(Math.max(0, meters.nanos() - beginNanos));
    }
  }

  boolean measuresKeySize() {
    return keySizes != null;
  }

  boolean measuresValueSize() {
    return valueSizes != null;
  }

  void keySize(long bytes) {
    keySizes.record(bytes);
  }

  void valueSize(long bytes) {
    valueSizes.record(bytes);
  }
}
