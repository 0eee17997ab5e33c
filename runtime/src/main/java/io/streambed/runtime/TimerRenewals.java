package io.streambed.runtime;

import io.streambed.timer.KeyedTimer;
import java.util.function.LongSupplier;

/**
 * Notices event-time timers that would fire for ever: each time one fires another is registered
 * that is due as well, at the same watermark. That happens where a timer renews itself for a time
 * not later than its own; and, once the input has ended and the watermark is the last one, where a
 * timer renews itself at all. The subtask's thread.
 */
final class TimerRenewals {
  /** So many renewals are no mistake yet, however few timers there were. */
  static final long MIN_LIMIT = 1_000_000;

  /** Nor are so many for each timer that was there. */
  private static final long LIMIT_PER_TIMER = 1_000;

  private final String operatorId;
  private final LongSupplier timers;
  private long watermark = Long.MIN_VALUE;
  private boolean firing;
  private long latestMillis;
  private long fired;
  private long renewed;
  private long limit;

  /**
   * Of one operator.
   *
   * @param operatorId its id
   * @param timers counts the timers that are registered; asked seldom
   */
  TimerRenewals(String operatorId, LongSupplier timers) {
    this.operatorId = operatorId;
    this.timers = timers;
  }

  /** Timers are about to fire. */
  void begin(long watermarkMillis) {
    watermark = watermarkMillis;
    firing = true;
    latestMillis = Long.MIN_VALUE;
    countAnew();
  }

  private void countAnew() {
    fired = 0;
    renewed = 0;
    limit = MIN_LIMIT;
  }

  void end() {
    firing = false;
  }

  /** An event-time timer was registered that was not there before. */
  void registered(long timestampMillis) {
    if (firing && timestampMillis <= watermark) {
      renewed++;
    }
  }

  /**
   * A timer fires.
   *
   * @throws TimersWithoutEndException if they will not end
   */
  void fired(KeyedTimer<?, ?> timer) {
    if (timer.timestampMillis() > latestMillis) {
      latestMillis = timer.timestampMillis();
      if (watermark != Watermark.END) {
        // They get on: the watermark will be reached.
        countAnew();
      }
    }
    fired++;
    if (renewed > limit) {
      long atFirst = timers.getAsLong() + fired - renewed;
      limit = MIN_LIMIT + LIMIT_PER_TIMER * Math.max(0, atFirst);
      if (renewed > limit) {
        throw new TimersWithoutEndException(
            operatorId, timer.key(), timer.timestampMillis(), renewed, watermark == Watermark.END);
      }
    }
  }
}
