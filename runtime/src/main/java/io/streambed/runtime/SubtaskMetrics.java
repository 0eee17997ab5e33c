package io.streambed.runtime;

import io.streambed.meter.Meters;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * What is measured of one subtask while it runs. {@code docs/metrics.md} lists it.
 *
 * <p>Threading: the subtask's thread writes, but for the progress of a restore; gauges are read on
 * any thread.
 */
final class SubtaskMetrics implements Output.Traffic {
  /** What the gauge of timers shows while nobody knows how many there are. */
  static final long UNKNOWN = -1;

  private final Meters meters;
  private final Meters.Counter recordsIn;
  private final List<Meters.Gauge> gauges = new ArrayList<>();

  /** Of whoever sends; null before {@link #sendsTo}. */
  private Meters.Counter recordsOut;

  /** Of whoever has channels; null before {@link #hasChannels()}. */
  private Meters.Histogram alignments;

  private boolean aligning;
  private long alignmentBegan;

  private volatile long watermarkIn = Long.MIN_VALUE;
  private volatile long watermarkOut = Long.MIN_VALUE;
  private volatile long timers = UNKNOWN;
  private volatile Blocked blocked = new Blocked(0, false, 0);
  private volatile RestoredBytes restored = new RestoredBytes(0, 0);

  /** How long the subtask has waited to send, but for the wait that goes on since a time. */
  private record Blocked(long totalNanos, boolean now, long sinceNanos) {}

  private record RestoredBytes(long doneBytes, long totalBytes) {}

  /**
   * Of a subtask.
   *
   * @param meters are told of it, and give the time; they carry its task
   */
  SubtaskMetrics(Meters meters) {
    this.meters = meters;
    this.recordsIn = meters.counter("records.in");
  }

  // ---- what there is to measure: once for each, before the subtask works

  /** It has channels. */
  void hasChannels() {
    alignments = meters.histogram("checkpoint.alignment.nanos");
    gauge("watermark.in.millis", () -> watermarkIn);
  }

  /** It has readers; what they wait for is measured of its output too. */
  void sendsTo(Output output) {
    recordsOut = meters.counter("records.out");
    gauge("watermark.out.millis", () -> watermarkOut);
    gauge("output.blocked.nanos", this::blockedNanos);
    output.measuredBy(this);
  }

  /** It has keyed state, which may be restored. */
  void hasKeyedState() {
    gauge("timers.pending", () -> timers);
    gauge("restore.done.bytes", () -> restored.doneBytes);
    gauge("restore.total.bytes", () -> restored.totalBytes);
  }

  private void gauge(String name, LongSupplier value) {
    gauges.add(meters.gauge(name, value));
  }

  /** Whether anything is measured. */
  boolean measured() {
    return meters != Meters.NONE;
  }

  /** The subtask has ended. */
  void close() {
    gauges.forEach(Meters.Gauge::close);
  }

  // ---- what happens

  /** Elements were read from a source, or taken from a channel. */
  void received(int elements) {
    if (elements > 0) {
      recordsIn.add(elements);
    }
  }

  @Override
  public void sent(int elements) {
    if (elements > 0) {
      recordsOut.add(elements);
    }
  }

  @Override
  public void blocked() {
    blocked = new Blocked(blocked.totalNanos, true, meters.nanos());
  }

  @Override
  public void unblocked() {
    blocked = new Blocked(blockedNanos(), false, 0);
  }

  private long blockedNanos() {
    while (true) {
      Blocked state = blocked;
      long now = state.now ? meters.nanos() : 0;
      if (state == blocked) {
        return state.totalNanos + (state.now ? now - state.sinceNanos : 0);
      }
      // The wait has ended meanwhile: the time since counted as one of waiting would be too much.
    }
  }

  /** The watermark of all channels has advanced; what it leads to has not happened yet. */
  void watermarkReceived(long timestampMillis) {
    watermarkIn = timestampMillis;
  }

  /** A watermark was sent on. */
  void watermarkSent(long timestampMillis) {
    watermarkOut = timestampMillis;
  }

  /** How many timers there are, or {@link #UNKNOWN}. */
  void timersPending(long count) {
    timers = count;
  }

  /** Some of the state has been restored; on whichever thread reads it. */
  void restored(long doneBytes, long totalBytes) {
    restored = new RestoredBytes(doneBytes, totalBytes);
  }

  /** A channel waits for the barrier of others, from now on or already. */
  void alignmentBegins() {
    if (!aligning) {
      aligning = true;
      alignmentBegan = meters.nanos();
    }
  }

  /** All barriers have come. */
  void aligned() {
    alignments.record(aligning ? Math.max(0, meters.nanos() - alignmentBegan) : 0);
    aligning = false;
  }

  /** The channels go on, since the checkpoint was given up. */
  void alignmentGivenUp() {
    aligning = false;
  }
}
