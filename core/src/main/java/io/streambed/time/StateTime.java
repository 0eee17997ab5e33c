package io.streambed.time;

import java.util.function.LongSupplier;

/**
 * The time by which one subtask's state expires: processing time and event time. Neither goes back.
 * Both stand still while an element is handled: whoever hands elements over moves them on, for each
 * or for some that have come together.
 *
 * <p>Threading: the thread of the task.
 */
public final class StateTime {
  private static final long NONE = Long.MIN_VALUE;

  private final LongSupplier clock;
  private final boolean watermarks;
  private long processing = NONE;
  private long watermark = NONE;
  private long event = NONE;

  /**
   * The first watermark. Entries that were there before it, such as those of a state that had no
   * time to live, have the least timestamp there is, and live from this watermark on. {@link #NONE}
   * as long as there is no watermark, or there are no such entries.
   */
  private long begun = NONE;

  /** Whether there are such entries. */
  private boolean undated;

  private StateTime(LongSupplier clock, boolean watermarks) {
    this.clock = clock;
    this.watermarks = watermarks;
    refresh();
  }

  /**
   * Time where state cannot expire.
   *
   * @return a time that refuses every policy
   */
  public static StateTime none() {
    return new StateTime(null, false);
  }

  /**
   * Processing time alone, where nothing tells of watermarks.
   *
   * @param clock gives milliseconds since the epoch
   * @return a time that refuses policies of event time
   */
  public static StateTime of(LongSupplier clock) {
    return new StateTime(clock, false);
  }

  /**
   * Processing time and event time.
   *
   * @param clock gives milliseconds since the epoch
   * @return a time without a watermark yet
   */
  public static StateTime withWatermarks(LongSupplier clock) {
    return new StateTime(clock, true);
  }

  /**
   * Whether there is a time that a policy can go by.
   *
   * @param eventTime whether it goes by event time
   * @return false if state cannot live by it here
   */
  public boolean has(boolean eventTime) {
    return eventTime ? watermarks : clock != null;
  }

  /** Looks at the clock. The cost is that of the clock. */
  public void refresh() {
    if (clock != null) {
      refresh(clock.getAsLong());
    }
  }

  /**
   * Takes what the clock shows.
   *
   * @param clockMillis milliseconds since the epoch
   */
  public void refresh(long clockMillis) {
    processing = Math.max(processing, clockMillis);
  }

  /**
   * The event time of the element that is handled from now on: what it writes lives from this time
   * on, unless it is behind the watermark.
   *
   * @param millis its timestamp; {@link Long#MIN_VALUE} if it has none: then it is the watermark
   */
  public void handling(long millis) {
    event = Math.max(watermark, millis);
  }

  /**
   * Takes a watermark.
   *
   * @param millis nothing changes if it is not after the one before, or is {@link Long#MAX_VALUE}:
   *     that is the end of the input and no time, and the job may be restored to read on
   */
  public void advanceWatermark(long millis) {
    if (millis != Long.MAX_VALUE) {
      begin(millis);
      watermark = Math.max(watermark, millis);
      event = Math.max(watermark, event);
    }
  }

  /**
   * An event-time timer fires under a watermark that has not been taken yet. It finds the state of
   * its own time, however far ahead the watermark is; at the end of the input, that of the last
   * watermark.
   *
   * @param timerMillis the timer's time
   * @param newWatermark the watermark to be taken once all timers have fired
   */
  public void firing(long timerMillis, long newWatermark) {
    if (newWatermark != Long.MAX_VALUE) {
      begin(newWatermark);
      watermark = Math.max(watermark, timerMillis);
    }
    handling(timerMillis);
  }

  private void begin(long firstWatermark) {
    if (undated && watermark == NONE) {
      begun = firstWatermark;
    }
  }

  /**
   * The watermark.
   *
   * @return the greatest one taken; {@link Long#MIN_VALUE} before the first
   */
  public long watermark() {
    return watermark;
  }

  /**
   * Processing time.
   *
   * @return the greatest time that the clock has shown
   */
  public long processing() {
    return processing;
  }

  /**
   * The least timestamp that is not expired.
   *
   * @param eventTime whether event time decides
   * @param millis how long what is written lives, from 1
   * @return a timestamp; {@link Long#MIN_VALUE} if nothing is expired
   */
  public long oldestLive(boolean eventTime, long millis) {
    long now = eventTime ? watermark : processing;
    long expired = now - millis;
    // Before all time nothing was written.
    boolean nothing = expired > now || expired == NONE;
    return nothing || eventTime && undated && expired < begun ? NONE : expired + 1;
  }

  /**
   * The timestamp of what was written without one, and is taken over now.
   *
   * @param eventTime whether event time decides
   * @return what was written at the time of the checkpoint would have it; as long as there is no
   *     watermark, one of entries that begin to live with the first
   */
  public long loadStamp(boolean eventTime) {
    if (eventTime && watermark == NONE) {
      undated = true;
    }
    return eventTime ? watermark : processing;
  }

  /**
   * What a checkpoint keeps of event time.
   *
   * @param watermark the watermark; {@link Long#MIN_VALUE} if there is none yet
   * @param undated whether there are entries that were written before anything told of event time
   * @param begun the watermark at which those began to live; {@link Long#MIN_VALUE} if there are
   *     none, or there is no watermark yet
   */
  public record EventTime(long watermark, boolean undated, long begun) {}

  /**
   * Event time of this moment.
   *
   * @return what a checkpoint keeps
   */
  public EventTime eventTime() {
    return new EventTime(watermark, undated, begun);
  }

  /**
   * Goes on from a checkpoint, before state is restored. Of several, from the greatest.
   *
   * @param written what it has kept
   */
  public void goOnFrom(EventTime written) {
    watermark = Math.max(watermark, written.watermark);
    event = Math.max(watermark, event);
    begun = Math.max(begun, written.begun);
    undated |= written.undated;
  }

  /**
   * The timestamp of what is written now.
   *
   * @param eventTime whether event time decides
   * @return a timestamp; as long as nothing has told of event time, one of entries that begin to
   *     live with the first watermark
   */
  public long stamp(boolean eventTime) {
    if (eventTime && event == NONE) {
      undated = true;
    }
    return eventTime ? event : processing;
  }
}
