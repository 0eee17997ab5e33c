package io.streambed.runtime;

import io.streambed.job.Poll;
import io.streambed.job.SplitContext;
import io.streambed.job.SplitReader;
import io.streambed.job.WatermarkStrategy;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** A split that a source's subtask reads, and how far it is. The subtask's thread. */
final class OpenSplit {
  final String id;
  private final SplitReader<Object, Object> reader;
  private final WatermarkStrategy<Object> strategy;
  private final Object restored;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Positions in checkpoints that are not complete, the oldest first. */
  private final Deque<Stored> stored = new ArrayDeque<>();

  private long greatestMillis = SplitReader.NO_TIMESTAMP;
  private long watermark = Long.MIN_VALUE;
  private long quietSinceNanos;
  private boolean quiet;
  private boolean idle;
  private boolean given;
  private boolean asked;
  private boolean ended;

  private record Stored(long checkpointId, Object position, boolean ended) {}

  /**
   * A split that was just opened.
   *
   * @param context what its reader began with
   */
  OpenSplit(
      SplitContext<Object> context,
      SplitReader<Object, Object> reader,
      WatermarkStrategy<Object> strategy) {
    this.id = context.split();
    this.restored = context.position().orElse(null);
    this.reader = reader;
    this.strategy = strategy;
  }

  Poll poll() throws Exception {
    return reader.poll();
  }

  Object element() {
    return reader.element();
  }

  /** The time of the element, which is the split's last one. */
  long timestampMillis(Object element) {
    long timestampMillis = strategy.timestampMillis(element, reader.timestampMillis());
    greatestMillis = Math.max(greatestMillis, timestampMillis);
    return timestampMillis;
  }

  /** Takes note of what the reader answered last, after how many elements. */
  void read(int elements, Poll last, long nowNanos) {
    asked = last == Poll.IDLE;
    ended = last == Poll.END;
    if (elements > 0) {
      given = true;
      quiet = false;
      idle = false;
    }
    if (asked) {
      // Only who is asked and has nothing is quiet: not a split that waits for its turn.
      if (!quiet) {
        quiet = true;
        quietSinceNanos = nowNanos;
      }
      long quietMillis = TimeUnit.NANOSECONDS.toMillis(nowNanos - quietSinceNanos);
      idle = quietMillis >= strategy.idleAfterMillis();
    }
    watermark = Math.max(watermark, strategy.watermark(greatestMillis, reader.watermark()));
  }

  /** Lets the split be asked again. */
  void forgetThatItWasAsked() {
    asked = false;
  }

  /** Whether the reader may have an element: it was not asked in vain. */
  boolean mayHaveMore() {
    return !ended && !asked;
  }

  boolean ended() {
    return ended;
  }

  long watermark() {
    return watermark;
  }

  /** Whether time goes on without it: it has been quiet for long, or has no time at all. */
  boolean idle() {
    return idle || !strategy.hasTime();
  }

  /** Where to go on, for a checkpoint. */
  Object store(long checkpointId) {
    Object position = position();
    stored.add(new Stored(checkpointId, position, ended));
    return position;
  }

  /** Where to go on; null at the beginning. */
  Object position() {
    Object position = reader.position();
    if (position == null && given) {
      throw new IllegalStateException(
          "the reader of split \"" + id + "\" has given elements and has no position behind them");
    }
    return position == null ? restored : position;
  }

  /** A checkpoint is complete. Returns whether it knows that the split has ended. */
  boolean completed(long checkpointId) throws Exception {
    Stored last = null;
    while (!stored.isEmpty() && stored.peek().checkpointId <= checkpointId) {
      last = stored.poll();
    }
    if (last != null && last.position != null) {
      reader.acknowledge(last.position);
    }
    return last != null && last.ended;
  }

  /** Closes the reader, once, be it here or on another thread. */
  void close() throws IOException {
    if (closed.compareAndSet(false, true)) {
      reader.close();
    }
  }
}
