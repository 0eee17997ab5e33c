package io.streambed.runtime;

import io.streambed.checkpoint.CoordinatorOptions;
import io.streambed.file.Compression;
import io.streambed.snapshot.ReusePolicy;
import java.time.Clock;
import java.util.Objects;

/**
 * How a job is run.
 *
 * @param checkpoints when checkpoints are taken and how many are kept
 * @param compression of snapshots
 * @param reuse whether checkpoints may refer to files of earlier ones, where store and storage can
 * @param restore where to take state from at the start
 * @param allowDropped whether state of operators that the job does not have may be left behind
 * @param restarts how often to start again after a failure
 * @param clock the source of processing time and of timestamps
 * @param listener hears of what happens
 */
public record RunOptions(
    CoordinatorOptions checkpoints,
    Compression compression,
    ReusePolicy reuse,
    RestorePoint restore,
    boolean allowDropped,
    RestartPolicy restarts,
    Clock clock,
    JobListener listener) {
  /** Checks the parts. */
  public RunOptions {
    Objects.requireNonNull(checkpoints, "checkpoints");
    Objects.requireNonNull(compression, "compression");
    Objects.requireNonNull(reuse, "reuse");
    Objects.requireNonNull(restore, "restore");
    Objects.requireNonNull(restarts, "restarts");
    Objects.requireNonNull(clock, "clock");
    Objects.requireNonNull(listener, "listener");
  }

  /**
   * Default options: start empty, no compression, incremental checkpoints where store and storage
   * can, nobody listens.
   *
   * @return new options with the system's clock
   */
  public static RunOptions defaults() {
    return new RunOptions(
        CoordinatorOptions.DEFAULT,
        Compression.NONE,
        ReusePolicy.CONFIRMED,
        new RestorePoint.Nothing(),
        false,
        RestartPolicy.DEFAULT,
        Clock.systemUTC(),
        JobListener.NONE);
  }

  /**
   * The same with other checkpoints.
   *
   * @param newCheckpoints when checkpoints are taken and how many are kept
   * @return new options
   */
  public RunOptions withCheckpoints(CoordinatorOptions newCheckpoints) {
    return new RunOptions(
        newCheckpoints, compression, reuse, restore, allowDropped, restarts, clock, listener);
  }

  /**
   * The same with another compression.
   *
   * @param newCompression of snapshots
   * @return new options
   */
  public RunOptions withCompression(Compression newCompression) {
    return new RunOptions(
        checkpoints, newCompression, reuse, restore, allowDropped, restarts, clock, listener);
  }

  /**
   * The same with full or incremental checkpoints. Savepoints are full in any case.
   *
   * @param newReuse whether checkpoints may refer to files of earlier ones
   * @return new options
   */
  public RunOptions withReuse(ReusePolicy newReuse) {
    return new RunOptions(
        checkpoints, compression, newReuse, restore, allowDropped, restarts, clock, listener);
  }

  /**
   * The same with another start.
   *
   * @param newRestore where to take state from at the start
   * @return new options
   */
  public RunOptions withRestore(RestorePoint newRestore) {
    return new RunOptions(
        checkpoints, compression, reuse, newRestore, allowDropped, restarts, clock, listener);
  }

  /**
   * The same, leaving state of unknown operators behind or not.
   *
   * @param allowed whether it may be left behind
   * @return new options
   */
  public RunOptions withAllowDropped(boolean allowed) {
    return new RunOptions(
        checkpoints, compression, reuse, restore, allowed, restarts, clock, listener);
  }

  /**
   * The same with other restarts.
   *
   * @param newRestarts how often to start again after a failure
   * @return new options
   */
  public RunOptions withRestarts(RestartPolicy newRestarts) {
    return new RunOptions(
        checkpoints, compression, reuse, restore, allowDropped, newRestarts, clock, listener);
  }

  /**
   * The same with another clock.
   *
   * @param newClock the source of processing time and of timestamps
   * @return new options
   */
  public RunOptions withClock(Clock newClock) {
    return new RunOptions(
        checkpoints, compression, reuse, restore, allowDropped, restarts, newClock, listener);
  }

  /**
   * The same with another listener.
   *
   * @param newListener hears of what happens
   * @return new options
   */
  public RunOptions withListener(JobListener newListener) {
    return new RunOptions(
        checkpoints, compression, reuse, restore, allowDropped, restarts, clock, newListener);
  }
}
