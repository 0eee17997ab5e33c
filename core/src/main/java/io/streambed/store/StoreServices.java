package io.streambed.store;

import io.streambed.meter.Meters;
import java.util.Objects;
import java.util.concurrent.Executor;

/**
 * What a keyed store may use of the process that it is in.
 *
 * @param background runs what a store does beside its thread's work, such as reading ahead what is
 *     to be restored. What is given to it may wait for a disk. Once the stores that share it are
 *     being closed it may run on the thread that gives it
 * @param meters where the store tells what it measures; they carry its task
 */
public record StoreServices(Executor background, Meters meters) {
  /** No thread but the caller's, and nothing measured: background work is done at once. */
  public static final StoreServices NONE = new StoreServices(Runnable::run, Meters.NONE);

  /** Checks the parts. */
  public StoreServices {
    Objects.requireNonNull(background, "background");
    Objects.requireNonNull(meters, "meters");
  }
}
