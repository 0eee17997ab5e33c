package io.streambed.ttl;

import io.streambed.state.TimeToLive;
import io.streambed.store.SnapshotFilter;
import io.streambed.store.Table;
import io.streambed.time.StateTime;
import java.util.Objects;

/**
 * The time to live of one open state: from which timestamp on what it holds is alive, and when to
 * look for what is not.
 *
 * <p>Threading: the thread of the task.
 */
public final class Lifetime {
  /** So many accesses share one sweep: to begin one has a cost of its own. */
  private static final int ACCESSES_A_SWEEP = 64;

  private final TimeToLive policy;
  private final StateTime time;
  private final long millis;
  private final boolean eventTime;
  private final boolean returnsExpired;
  private final int placesASweep;
  private int untilSweep = ACCESSES_A_SWEEP;

  private final boolean renewedOnRead;

  /** Whether those who read only look. */
  private boolean paused;

  /**
   * The time to live of a state.
   *
   * @param policy the policy
   * @param time the subtask's
   * @param state the state's name, for messages
   * @throws IllegalArgumentException if there is no such time
   */
  public Lifetime(TimeToLive policy, StateTime time, String state) {
    this.policy = policy;
    this.time = Objects.requireNonNull(time, "time");
    if (!time.has(policy.eventTime())) {
      throw new IllegalArgumentException(
          "state \""
              + state
              + (policy.eventTime()
                  ? "\" lives by event time, and nothing tells of watermarks here: run it in a job,"
                      + " or let it live by processing time"
                  : "\" has a time to live, and there is no clock here: give the"
                      + " backend a time, or KeyedStateGroup.open a ProcessingTime"));
    }
    this.millis = policy.millis();
    this.eventTime = policy.eventTime();
    this.returnsExpired = policy.returnsExpired();
    this.renewedOnRead = policy.renewedOnRead();
    this.placesASweep = policy.sweptPerAccess() * ACCESSES_A_SWEEP;
  }

  /**
   * What the state was declared with.
   *
   * @return the policy
   */
  public TimeToLive policy() {
    return policy;
  }

  /**
   * The timestamp of what is written now.
   *
   * @return milliseconds
   */
  public long stamp() {
    return time.stamp(eventTime);
  }

  /**
   * The timestamp of what was written without one, when the state had no time to live.
   *
   * @return milliseconds
   */
  public long loadStamp() {
    return time.loadStamp(eventTime);
  }

  /**
   * The least timestamp that is not expired.
   *
   * @return a timestamp; {@link Long#MIN_VALUE} if nothing is expired
   */
  public long oldestLive() {
    return time.oldestLive(eventTime, millis);
  }

  /** The least timestamp that readers are given. */
  long oldestRead() {
    return returnsExpired ? Long.MIN_VALUE : oldestLive();
  }

  /** Whether a walk over keys passes over those that have nothing alive. */
  boolean hidesExpired() {
    return !returnsExpired;
  }

  /** Whether reading renews. */
  boolean renewsOnRead() {
    return renewedOnRead && !paused;
  }

  /**
   * Stops renewals by reads, and sweeps, or lets them go on.
   *
   * @param newPaused whether who reads from now on only looks
   */
  public void pause(boolean newPaused) {
    paused = newPaused;
  }

  /** Is told of each access, and sweeps now and then. */
  void accessed(Table<?, ?> stored) {
    accessed(stored, 1);
  }

  /** Is told of so many accesses at once. */
  void accessed(Table<?, ?> stored, int accesses) {
    untilSweep -= accesses;
    while (untilSweep <= 0) {
      untilSweep += ACCESSES_A_SWEEP;
      sweep(stored, placesASweep);
    }
  }

  /**
   * Removes what is expired from some places of a table.
   *
   * @param stored the store's table
   * @param places how many to look at, from 0
   */
  public void sweep(Table<?, ?> stored, int places) {
    if (places > 0 && !paused) {
      stored.sweep(places, oldestLive());
    }
  }

  /**
   * What leaves expired entries out of full snapshots.
   *
   * @param <V> the type of the values
   * @return a filter as of now, which looks at no value
   */
  public <V> SnapshotFilter<V> snapshotFilter() {
    long oldest = oldestLive();
    return SnapshotFilter.byStamp(stamp -> stamp >= oldest);
  }
}
