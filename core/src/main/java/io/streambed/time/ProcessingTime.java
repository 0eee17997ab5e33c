package io.streambed.time;

import java.time.Clock;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * The time of state and timers: what the wall clock shows, as long as that goes on. When the wall
 * clock is set back, time goes on from the greatest one seen, at the pace of a monotonic clock,
 * until the wall clock has caught up: so it neither goes back nor stands still. When the wall clock
 * is set ahead, time goes ahead with it.
 *
 * <p>Threading: any thread, but {@link #jump()} one.
 */
public final class ProcessingTime implements LongSupplier {
  /** Smaller differences come from clocks that are adjusted little by little. */
  public static final long MIN_JUMP_MILLIS = 1_000;

  /** Two looks further apart say nothing: the thread was held up between them. */
  private static final long MAX_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Clock wall;
  private final LongSupplier nanos;
  private final AtomicReference<Anchor> anchor;
  private final AtomicLong told = new AtomicLong(Long.MIN_VALUE);
  private long lastWallMillis;
  private long lastNanos;

  /**
   * The greatest time that the wall clock has shown, and when that was.
   *
   * @param millis the time
   * @param nanos when it was shown, on the monotonic clock
   * @param behind whether the wall clock was set back since then
   */
  private record Anchor(long millis, long nanos, boolean behind) {
    long millisAt(long nowNanos) {
      return millis + TimeUnit.NANOSECONDS.toMillis(nowNanos - nanos);
    }
  }

  /**
   * Time from now on.
   *
   * @param wall the wall clock, which may jump
   * @param nanos a clock that does not, in nanoseconds from any moment
   */
  public ProcessingTime(Clock wall, LongSupplier nanos) {
    this.wall = wall;
    this.nanos = nanos;
    this.lastWallMillis = wall.millis();
    this.lastNanos = nanos.getAsLong();
    this.anchor = new AtomicReference<>(new Anchor(lastWallMillis, lastNanos, false));
  }

  /** Milliseconds since the epoch, never less than before. */
  @Override
  public long getAsLong() {
    long now = now();
    long before = told.get();
    // Mostly it is the millisecond that was told before, and nothing is to be written.
    return now <= before ? before : told.accumulateAndGet(now, Math::max);
  }

  /**
   * Goes on from a time that was seen before, as a checkpoint tells it: at the pace of the
   * monotonic clock, until the wall clock has caught up.
   *
   * @param millis the greatest time seen then
   * @return by how many milliseconds the wall clock is behind it; 0 if it is not
   */
  public long goOnFrom(long millis) {
    long behind = millis - getAsLong();
    if (behind <= 0) {
      return 0;
    }
    anchor.set(new Anchor(millis, nanos.getAsLong(), true));
    return behind;
  }

  private long now() {
    long now = wall.millis();
    Anchor seen = anchor.get();
    if (now == seen.millis && !seen.behind) {
      return now;
    }
    long nowNanos = nanos.getAsLong();
    if (now >= seen.millis && !seen.behind || now >= seen.millisAt(nowNanos)) {
      anchor.compareAndSet(seen, new Anchor(now, nowNanos, false));
      return now;
    }
    if (!seen.behind) {
      anchor.compareAndSet(seen, new Anchor(seen.millis, seen.nanos, true));
    }
    return seen.millisAt(nowNanos);
  }

  /**
   * Whether the wall clock has jumped since the last call.
   *
   * @return by how many milliseconds, below 0 if it was set back; empty if it has not
   */
  public OptionalLong jump() {
    long before = nanos.getAsLong();
    long wallMillis = wall.millis();
    long nowNanos = nanos.getAsLong();
    if (nowNanos - before > MAX_LOOK_NANOS) {
      return OptionalLong.empty();
    }
    long passed = TimeUnit.NANOSECONDS.toMillis(nowNanos - lastNanos);
    long jumped = wallMillis - lastWallMillis - passed;
    lastWallMillis = wallMillis;
    lastNanos = nowNanos;
    // The greatest time seen is to be a late one, also while nobody asks for the time.
    getAsLong();
    return Math.abs(jumped) < MIN_JUMP_MILLIS ? OptionalLong.empty() : OptionalLong.of(jumped);
  }
}
