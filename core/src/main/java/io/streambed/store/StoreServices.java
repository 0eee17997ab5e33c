package io.streambed.store;

import io.streambed.meter.Meters;
import java.util.Objects;
import java.util.concurrent.Executor;

/**
 * What a keyed store may use of the process that it is in. The stores of one process are given the
 * same, but for the meters, which carry the store's task.
 *
 * @param background runs what a store does beside its thread's work, such as reading ahead what is
 *     to be restored. What is given to it may wait for a disk; it may be refused, which is as if it
 *     failed, when the process ends
 * @param meters where the store tells what it measures
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
