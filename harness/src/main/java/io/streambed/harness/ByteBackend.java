package io.streambed.harness;

import io.streambed.backend.StateBackend;
import io.streambed.checkpoint.CheckpointStorage;
import io.streambed.checkpoint.MemoryCheckpointStorage;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.testkit.store.ByteStoreFactory;
import java.util.UUID;

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
    // A harness keeps its snapshots itself; whoever asks for a storage gets an empty one.
    return new MemoryCheckpointStorage(
        MemoryCheckpointStorage.DEFAULT_MAX_STATE_BYTES, UUID::randomUUID);
  }
}
