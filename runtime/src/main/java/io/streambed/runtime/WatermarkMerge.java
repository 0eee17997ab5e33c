package io.streambed.runtime;

import java.util.Arrays;

/**
 * The watermark of a subtask with several channels: the least of those that are neither idle nor at
 * their end. If all others are idle, it is the greatest of theirs, as it would be had the rest
 * become idle a little earlier. Channels at their end push nobody: their input may have had times
 * that the others have not come to. It is the end only when all channels are at theirs.
 */
final class WatermarkMerge {
  private final long[] watermarks;
  private final boolean[] idle;
  private long merged = Long.MIN_VALUE;
  private boolean allIdle;

  WatermarkMerge(int channels) {
    watermarks = new long[channels];
    idle = new boolean[channels];
    Arrays.fill(watermarks, Long.MIN_VALUE);
  }

  /** A channel's watermark; the channel is not idle any more. */
  void watermark(int channel, long timestampMillis) {
    watermarks[channel] = Math.max(watermarks[channel], timestampMillis);
    idle[channel] = false;
    merge();
  }

  /** A channel is idle until its next watermark. */
  void idle(int channel) {
    idle[channel] = true;
    merge();
  }

  private void merge() {
    long least = Watermark.END;
    long greatestIdle = Long.MIN_VALUE;
    boolean active = false;
    boolean anyIdle = false;
    for (int channel = 0; channel < watermarks.length; channel++) {
      if (idle[channel]) {
        anyIdle = true;
        greatestIdle = Math.max(greatestIdle, watermarks[channel]);
      } else if (watermarks[channel] != Watermark.END) {
        active = true;
        least = Math.min(least, watermarks[channel]);
      }
    }
    allIdle = anyIdle && !active;
    // A channel that was idle may be behind: time does not go back for it.
    merged = Math.max(merged, allIdle ? greatestIdle : least);
  }

  /** Never less than before. */
  long merged() {
    return merged;
  }

  /** Whether all channels are idle, but for those at their end. */
  boolean isIdle() {
    return allIdle;
  }
}
