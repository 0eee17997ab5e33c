package io.streambed.store;

import io.streambed.meter.Meters;
import io.streambed.meter.StateTracking;
import java.util.Objects;
import java.util.concurrent.Executor;

/**
 * What a keyed store, and the backend over it, may use of the process that they are in.
 *
 * @param background runs what a store does beside its thread's work, such as reading ahead what is
 *     to be restored. What is given to it may wait for a disk. Once the stores that share it are
 *     being closed it may run on the thread that gives it
 * @param meters where the store tells what it measures; they carry its task
 * @param tracking which accesses to state the backend measures; a store does not look at it
 */
public record StoreServices(Executor background, Meters meters, StateTracking tracking) {
  /** No thread but the caller's, and nothing measured: background work is done at once. */
  public static final StoreServices NONE =
      new StoreServices(Runnable::run, Meters.NONE, StateTracking.NONE);

  /** Checks the parts. */
  public StoreServices {
    Objects.requireNonNull(background, "background");
    Objects.requireNonNull(meters, "meters");
    Objects.requireNonNull(tracking, "tracking");
  }
}
