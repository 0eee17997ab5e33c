package io.streambed.flink.snapshot;

import io.streambed.snapshot.FrozenKeyedState;
import org.apache.flink.runtime.state.SnapshotResources;

/**
 * What the synchronous part of a snapshot leaves for the asynchronous one. Flink releases it when
 * that has ended, and also if it never begins.
 */
final class FrozenState implements SnapshotResources {
  private final FrozenKeyedState state;
  private final Runnable givenUp;
  private volatile boolean written;

  /**
   * The frozen contents.
   *
   * @param state closed with this
   * @param givenUp called when this is released and {@link #written} was not called
   */
  FrozenState(FrozenKeyedState state, Runnable givenUp) {
    this.state = state;
    this.givenUp = givenUp;
  }

  FrozenKeyedState state() {
    return state;
  }

  /** The snapshot is written as a whole. */
  void written() {
    written = true;
  }

  @Override
  public void release() {
    state.close();
    if (!written) {
      givenUp.run();
    }
  }
}
