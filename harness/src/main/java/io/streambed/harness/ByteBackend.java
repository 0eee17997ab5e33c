package io.streambed.harness;

import io.streambed.backend.StateBackend;
import io.streambed.checkpoint.CheckpointStorage;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.testkit.store.ByteStoreFactory;

/**
 * A store that keeps bytes in memory, as a store on disk does: what a function changes in an object
 * that it has from state is lost if the function does not hand it back.
 */
record ByteBackend() implements StateBackend {
  @Override
  public String name() {
    return "bytes";
  }

  @Override
  public KeyedStoreFactory keyedStores() {
    return new ByteStoreFactory();
  }

  @Override
  public CheckpointStorage checkpoints() {
    throw new UnsupportedOperationException("snapshots of a harness are kept by the harness");
  }
}
