package io.streambed.testkit.store;

import io.streambed.file.Compression;
import io.streambed.key.KeyGroupRange;
import io.streambed.keyed.KeyedStateBackend;
import io.streambed.serial.Serializer;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.RestoreProgress;
import io.streambed.snapshot.SnapshotOptions;
import io.streambed.snapshot.SnapshotStreams;
import io.streambed.store.KeyedStore;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.store.StoreContext;
import io.streambed.store.TaskInfo;
import io.streambed.time.StateTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RunnableFuture;

/** A keyed backend under test over a store under test. */
final class BackendRig<K> implements AutoCloseable {
  static final int MAX_PARALLELISM = 8;

  final KeyedStoreFactory factory;
  final Serializer<K> keys;
  final KeyedStore<K> store;
  final KeyedStateBackend<K> backend;
  private final MemoryStreams streams;

  private BackendRig(
      KeyedStoreFactory factory,
      Serializer<K> keys,
      KeyGroupRange range,
      MemoryStreams streams,
      StateTime time) {
    this.factory = factory;
    this.keys = keys;
    this.streams = streams;
    this.store = factory.create(StoreContext.alone(keys, MAX_PARALLELISM, range));
    this.backend = new KeyedStateBackend<>(store, new TaskInfo("job", "operator", 0), time);
  }

  BackendRig(KeyedStoreFactory factory, Serializer<K> keys) {
    this(factory, keys, StateTime.none());
  }

  /** A backend whose states may expire by a time. */
  BackendRig(KeyedStoreFactory factory, Serializer<K> keys, StateTime time) {
    this(factory, keys, new KeyGroupRange(0, MAX_PARALLELISM - 1), new MemoryStreams(), time);
  }

  KeyedStateHandle snapshot() {
    return snapshot(1, streams);
  }

  /** A checkpoint that shares its files with others, if the store has such. */
  KeyedStateHandle increment(long checkpoint) {
    return snapshot(checkpoint, streams.forCheckpoint(checkpoint));
  }

  private KeyedStateHandle snapshot(long checkpoint, SnapshotStreams into) {
    RunnableFuture<KeyedStateHandle> future =
        backend.snapshot(checkpoint, into, SnapshotOptions.checkpoint(Compression.DEFLATE));
    future.run();
    try {
      return future.get();
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  /** A backend of some key groups that took over what handles hold. */
  BackendRig<K> restored(KeyGroupRange range, List<KeyedStateHandle> handles) {
    return restored(range, handles, StateTime.none());
  }

  /** As {@link #restored()}, with states that may expire by a time. */
  BackendRig<K> restored(StateTime time) {
    return restored(backend.keyGroupRange(), List.of(snapshot()), time);
  }

  private BackendRig<K> restored(
      KeyGroupRange range, List<KeyedStateHandle> handles, StateTime time) {
    BackendRig<K> rig = new BackendRig<>(factory, keys, range, streams, time);
    try {
      rig.backend.restore(handles, streams, RestoreProgress.NONE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rig;
  }

  BackendRig<K> restored() {
    return restored(backend.keyGroupRange(), List.of(snapshot()));
  }

  @Override
  public void close() {
    store.checkInvariants();
    backend.close();
  }
}
