package io.streambed.testkit.model;

import io.streambed.key.KeyGroups;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.RestoreProgress;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.store.StoreContext;
import io.streambed.testkit.store.MemoryStreams;
import io.streambed.testkit.store.SampleTypes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** The thing itself: the subtasks of a job, each with its key groups. */
final class StoreJob<K, N, U, V> {
  final KeyedStoreFactory factory;
  final List<Subtask<K, N, U, V>> subtasks = new ArrayList<>();
  private final SampleTypes<K, N, U, V> types;
  private final int maxParallelism;

  StoreJob(
      KeyedStoreFactory factory,
      SampleTypes<K, N, U, V> types,
      int maxParallelism,
      int parallelism) {
    this.factory = factory;
    this.types = types;
    this.maxParallelism = maxParallelism;
    for (int i = 0; i < parallelism; i++) {
      subtasks.add(
          new Subtask<>(
              factory.create(
                  StoreContext.alone(
                      types.keys().serializer(),
                      maxParallelism,
                      KeyGroups.rangeOf(maxParallelism, parallelism, i))),
              types,
              i));
    }
  }

  void restore(List<KeyedStateHandle> handles, MemoryStreams streams) {
    for (Subtask<K, N, U, V> subtask : subtasks) {
      try {
        subtask.backend.restore(handles, streams, RestoreProgress.NONE);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  int indexOf(K key) {
    int hash = types.keys().serializer().keyHasher().hash(key);
    return KeyGroups.subtaskOf(
        KeyGroups.assign(hash, maxParallelism), maxParallelism, subtasks.size());
  }

  /** The subtask that owns a key, with that key current. */
  Subtask<K, N, U, V> at(K key) {
    Subtask<K, N, U, V> subtask = subtasks.get(indexOf(key));
    subtask.backend.setCurrentKey(key);
    return subtask;
  }

  void close() {
    subtasks.forEach(subtask -> subtask.backend.close());
  }
}
