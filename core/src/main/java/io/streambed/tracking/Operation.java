package io.streambed.tracking;

import io.streambed.meter.Meters;

/**
 * One operation of one state: decides which of its calls are measured, and takes what is measured.
 *
 * <p>Whoever is measured makes the call in one place, between {@link #begin} and {@link #ended},
 * and not in two branches: only then the compiler sees that what the call gives, such as a number
 * in a box or a map's entry, need not be allocated.
 *
 * <p>Threading: the task's thread.
 */
final class Operation {
  /** In place of the time when a call has begun. */
  static final long NOT_MEASURED = Long.MIN_VALUE;

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

  /** One of which nothing is measured. */
  static Operation unmeasured() {
    return new Operation(Meters.NONE, Integer.MAX_VALUE, null, null, null);
  }

  /** Whether sizes in the next call are measured; for who measures them before it. */
  boolean measuresSizesNext() {
    return keySizes != null && untilSampled == 1;
  }

  /** Counts a call that begins; gives the time if it is measured, for {@link #ended}. */
  long begin() {
    if (--untilSampled > 0) {
      return NOT_MEASURED;
    }
    untilSampled = sampleInterval;
    return latencies == null ? 0 : meters.nanos();
  }

  /** A call has ended; returns whether sizes in it are to be measured. */
  boolean ended(long begin) {
    return begin != NOT_MEASURED && measured(begin);
  }

  private boolean measured(long begin) {
    if (latencies != null) {
      latencies.record(Math.max(0, meters.nanos() - begin));
    }
    return keySizes != null;
  }

  boolean measuresSizes() {
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
