package io.streambed.flink.snapshot;

import io.streambed.store.FrozenView;
import org.apache.flink.runtime.state.SnapshotResources;

/**
 * What the synchronous part of a snapshot leaves for the asynchronous one.
 *
 * @param view the frozen contents
 */
record FrozenState(FrozenView view) implements SnapshotResources {
  @Override
  public void release() {
    view.close();
  }
}
