package io.streambed.runtime;

import io.streambed.checkpoint.CoordinatorOptions;
import io.streambed.file.Compression;
import io.streambed.file.LocalFileSystem;
import io.streambed.meter.Meters;
import io.streambed.meter.StateTracking;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** How a job is run. Immutable; begin with {@link #defaults()}. */
public final class RunOptions {
  /** How long a job's threads may take to end if nothing else is said: 5 s. */
  public static final long DEFAULT_STOP_TIMEOUT_MILLIS = 5_000;

  private CoordinatorOptions checkpoints = CoordinatorOptions.DEFAULT;
  private Compression compression = Compression.NONE;
  private boolean incremental = true;
  private RestorePoint restore = new RestorePoint.Latest();
  private boolean allowDropped;
  private Set<String> newStates = Set.of();
  private RestartPolicy restarts = RestartPolicy.DEFAULT;
  private long stopTimeoutMillis = DEFAULT_STOP_TIMEOUT_MILLIS;
  private Clock clock = Clock.systemUTC();
  private JobListener listener = JobListener.NONE;
  private JobProbe probe = JobProbe.NONE;
  private Meters meters = Meters.NONE;
  private StateTracking stateTracking = StateTracking.NONE;
  private LocalRecovery localRecovery;

  private RunOptions() {}

  private RunOptions(RunOptions other) {
    checkpoints = other.checkpoints;
    compression = other.compression;
    incremental = other.incremental;
    restore = other.restore;
    allowDropped = other.allowDropped;
    newStates = other.newStates;
    restarts = other.restarts;
    stopTimeoutMillis = other.stopTimeoutMillis;
    clock = other.clock;
    listener = other.listener;
    probe = other.probe;
    meters = other.meters;
    stateTracking = other.stateTracking;
    localRecovery = other.localRecovery;
  }

  private RunOptions with(Consumer<RunOptions> change) {
    RunOptions copy = new RunOptions(this);
    change.accept(copy);
    return copy;
  }

  /**
   * Default options: go on from the last checkpoint if there is one, no compression, incremental
   * checkpoints where store and storage can, nobody listens.
   *
   * @return new options with the system's clock
   */
  public static RunOptions defaults() {
    return new RunOptions();
  }

  /**
   * The same with other checkpoints.
   *
   * @param newCheckpoints when checkpoints are taken and how many are kept
   * @return new options
   */
  public RunOptions withCheckpoints(CoordinatorOptions newCheckpoints) {
    Objects.requireNonNull(newCheckpoints, "checkpoints");
    return with(options -> options.checkpoints = newCheckpoints);
  }

  /**
   * The same with another compression of checkpoints and savepoints. A restore does not depend on
   * it: each file names the compression that it was written with. Files of a store's own, which
   * incremental checkpoints share, are compressed by the store. A job whose compression gives no
   * codec fails at its start.
   *
   * @param newCompression {@link Compression#NONE}, {@link Compression#DEFLATE}, or that of another
   *     artifact, such as {@code ZstdCompression} of {@code streambed-zstd}
   * @return new options
   */
  public RunOptions withCompression(Compression newCompression) {
    Objects.requireNonNull(newCompression, "compression");
    return with(options -> options.compression = newCompression);
  }

  /**
   * The same with full or incremental checkpoints. Savepoints are full in any case.
   *
   * @param newIncremental whether checkpoints may refer to files of earlier ones, where store and
   *     storage can; if not, any store restores them
   * @return new options
   */
  public RunOptions withIncremental(boolean newIncremental) {
    return with(options -> options.incremental = newIncremental);
  }

  /**
   * The same with another start.
   *
   * @param newRestore where to take state from at the start
   * @return new options
   */
  public RunOptions withRestore(RestorePoint newRestore) {
    Objects.requireNonNull(newRestore, "restore");
    return with(options -> options.restore = newRestore);
  }

  /**
   * The same, leaving state of unknown operators behind or not.
   *
   * @param allowed whether it may be left behind
   * @return new options
   */
  public RunOptions withAllowDropped(boolean allowed) {
    return with(options -> options.allowDropped = allowed);
  }

  /**
   * The same, with states that are said to be new. A state that the checkpoint does not hold is
   * refused where the checkpoint holds another of its kind and type that the job does not declare:
   * that may be the same state under its former name. Named here, it begins empty, and the other
   * one is carried along.
   *
   * <p>Take the names out again once the job has taken a checkpoint. Until then they also allow
   * that the state begins empty when an older checkpoint is restored. A start from a checkpoint
   * that holds the state logs a warning.
   *
   * @param operatorAndState each as {@code operator/state}; a start from a checkpoint refuses those
   *     that the job does not declare
   * @return new options
   */
  public RunOptions withNewStates(String... operatorAndState) {
    Set<String> newNames = Set.copyOf(List.of(operatorAndState));
    return with(options -> options.newStates = newNames);
  }

  /**
   * The same with other restarts.
   *
   * @param newRestarts how often to start again after a failure
   * @return new options
   */
  public RunOptions withRestarts(RestartPolicy newRestarts) {
    Objects.requireNonNull(newRestarts, "restarts");
    return with(options -> options.restarts = newRestarts);
  }

  /**
   * The same with another time to end. Threads that are told to end, since the job is cancelled,
   * has failed, or starts again, are interrupted and their readers closed; one that has not ended
   * after this time is left behind, told in a {@link JobEvent.ThreadLeftBehind}, a warning and the
   * job's exception, and the job fails: it does not start again beside a thread that may hold on to
   * objects of its functions.
   *
   * @param newTimeoutMillis in milliseconds, from 1; {@link #DEFAULT_STOP_TIMEOUT_MILLIS} by
   *     default
   * @return new options
   */
  public RunOptions withStopTimeoutMillis(long newTimeoutMillis) {
    if (newTimeoutMillis < 1) {
      throw new IllegalArgumentException("stopTimeoutMillis " + newTimeoutMillis + " is below 1");
    }
    return with(options -> options.stopTimeoutMillis = newTimeoutMillis);
  }

  /**
   * The same with another wall clock. State and timers go by it; intervals, pauses and time-outs do
   * not. It may jump: if it is set back, processing time goes on from the greatest time seen.
   *
   * @param newClock the source of processing time and of timestamps
   * @return new options
   */
  public RunOptions withClock(Clock newClock) {
    Objects.requireNonNull(newClock, "clock");
    return with(options -> options.clock = newClock);
  }

  /**
   * The same with another listener.
   *
   * @param newListener hears of what happens
   * @return new options
   */
  public RunOptions withListener(JobListener newListener) {
    Objects.requireNonNull(newListener, "listener");
    return with(options -> options.listener = newListener);
  }

  /**
   * The same with another probe.
   *
   * @param newProbe holds the job at exact places, for tests
   * @return new options
   */
  public RunOptions withProbe(JobProbe newProbe) {
    Objects.requireNonNull(newProbe, "probe");
    return with(options -> options.probe = newProbe);
  }

  /**
   * The same with other meters.
   *
   * @param newMeters are told what is measured while the job runs, tagged with the job's name, the
   *     operator's id and the subtask's index. They are called on the job's threads, on which they
   *     must not wait; what they throw is logged once and harms nothing. What the job has measured
   *     {@linkplain Meters#end ends} with it
   * @return new options
   */
  public RunOptions withMeters(Meters newMeters) {
    Objects.requireNonNull(newMeters, "meters");
    return with(options -> options.meters = newMeters);
  }

  /**
   * The same with single accesses to keyed state measured, or not, as by default. It takes effect
   * with {@link #withMeters}.
   *
   * @param newTracking {@link StateTracking#ofLatency()} for how long they take
   * @return new options
   */
  public RunOptions withStateTracking(StateTracking newTracking) {
    Objects.requireNonNull(newTracking, "stateTracking");
    return with(options -> options.stateTracking = newTracking);
  }

  /**
   * The same with copies of checkpoints on a local disk. What a checkpoint writes goes there too,
   * and a restore of the last checkpoint reads the copies instead of the checkpoint's storage, if
   * they are there and as they were written. This is of use if that storage is slower than the
   * disk, across a network say. The copies are of the last complete checkpoint, and of those that
   * are being written; savepoints have none.
   *
   * <p>A copy of a file that RocksDB has on the same file system takes no time and, until RocksDB
   * merges the file, no space: it is a second name for it. On another file system it has no copy.
   * All other bytes are written twice, one part after the other.
   *
   * @param directory a directory of this job alone, on the machine's own disk; created if missing
   * @param maxBytes how many bytes all copies may take together, from 1. It has to hold two
   *     checkpoints; what exceeds it is not copied, which the log says once
   * @return new options
   * @throws IllegalArgumentException if maxBytes is below 1
   */
  public RunOptions withLocalRecovery(Path directory, long maxBytes) {
    return withLocalRecovery(new LocalRecovery(new LocalFileSystem(), directory, maxBytes));
  }

  RunOptions withLocalRecovery(LocalRecovery newLocalRecovery) {
    return with(options -> options.localRecovery = newLocalRecovery);
  }

  CoordinatorOptions checkpoints() {
    return checkpoints;
  }

  Compression compression() {
    return compression;
  }

  boolean incremental() {
    return incremental;
  }

  RestorePoint restore() {
    return restore;
  }

  boolean allowDropped() {
    return allowDropped;
  }

  Set<String> newStates() {
    return newStates;
  }

  RestartPolicy restarts() {
    return restarts;
  }

  long stopTimeoutMillis() {
    return stopTimeoutMillis;
  }

  Clock clock() {
    return clock;
  }

  JobListener listener() {
    return listener;
  }

  JobProbe probe() {
    return probe;
  }

  Meters meters() {
    return meters;
  }

  StateTracking stateTracking() {
    return meters == Meters.NONE ? StateTracking.NONE : stateTracking;
  }

  /** Empty if no local copies are kept. */
  Optional<LocalRecovery> localRecovery() {
    return Optional.ofNullable(localRecovery);
  }
}
