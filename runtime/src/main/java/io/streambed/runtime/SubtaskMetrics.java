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
  private final Meters meters;
  private final Meters.Counter recordsIn;
  private final List<Meters.Gauge> gauges = new ArrayList<>();

  /** Of whoever sends; null before {@link #sends}. */
  private Meters.Counter recordsOut;

  /** Of whoever has channels; null before {@link #receives()}. */
  private Meters.Histogram alignments;

  private boolean aligning;
  private long alignmentBegan;

  private volatile long watermarkIn = Long.MIN_VALUE;
  private volatile long watermarkOut = Long.MIN_VALUE;
  private volatile long timers;
  private volatile Blocked blocked = new Blocked(0, false, 0);
  private volatile RestoreState restored = new RestoreState(0, 0);

  /** How long the subtask has waited to send, but for the wait that goes on since a time. */
  private record Blocked(long totalNanos, boolean now, long sinceNanos) {}

  private record RestoreState(long doneBytes, long totalBytes) {}

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
  void receives() {
    alignments = meters.histogram("checkpoint.alignment.nanos");
    gauge("watermark.in.millis", () -> watermarkIn);
  }

  /** It has readers; what they wait for is measured of its output too. */
  void sends(Output output) {
    recordsOut = meters.counter("records.out");
    gauge("watermark.out.millis", () -> watermarkOut);
    gauge("output.blocked.nanos", this::blockedNanos);
    output.toldTo(this);
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

  /** Whether anybody is told. */
  boolean areRead() {
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
    Blocked state = blocked;
    return state.totalNanos + (state.now ? meters.nanos() - state.sinceNanos : 0);
  }

  /** The watermark of all channels has advanced; what it leads to has not happened yet. */
  void watermarkReceived(long timestampMillis) {
    watermarkIn = timestampMillis;
  }

  /** A watermark was sent on. */
  void watermarkSent(long timestampMillis) {
    watermarkOut = timestampMillis;
  }

  void timersPending(long count) {
    timers = count;
  }

  /** Some of the state has been restored; on whichever thread reads it. */
  void restored(long doneBytes, long totalBytes) {
    restored = new RestoreState(doneBytes, totalBytes);
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
