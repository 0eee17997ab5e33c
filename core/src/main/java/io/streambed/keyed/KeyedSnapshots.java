package io.streambed.keyed;

import io.streambed.entry.StateRenames;
import io.streambed.key.KeyGroupRange;
import io.streambed.meter.Meters;
import io.streambed.snapshot.CancellationRegistry;
import io.streambed.snapshot.FrozenKeyedState;
import io.streambed.snapshot.IncrementSchemas;
import io.streambed.snapshot.IncrementalStore;
import io.streambed.snapshot.KeyedContainerReader;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.KeyedStateStatistics;
import io.streambed.snapshot.Recovery;
import io.streambed.snapshot.RestoreProgress;
import io.streambed.snapshot.SharedFiles;
import io.streambed.snapshot.SnapshotInputs;
import io.streambed.snapshot.SnapshotOptions;
import io.streambed.snapshot.SnapshotOrigin;
import io.streambed.snapshot.SnapshotOutput;
import io.streambed.snapshot.SnapshotStreams;
import io.streambed.snapshot.SnapshotTask;
import io.streambed.snapshot.StreamHandle;
import io.streambed.store.FrozenView;
import io.streambed.store.KeyedStore;
import io.streambed.store.TaskInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RunnableFuture;

/** Takes snapshots of a store and restores it: as a container, or as files of the store's own. */
final class KeyedSnapshots<K> {
  private static final long NO_CHECKPOINT = 0;

  private final KeyedStore<K> store;
  private final TaskInfo task;
  private final Meters meters;
  private final Meters.Histogram freezes;
  private final Meters.Histogram writes;
  private final Meters.Counter failures;
  private final Meters.Histogram restores;

  KeyedSnapshots(KeyedStore<K> store, TaskInfo task, Meters meters) {
    this.store = store;
    this.task = task;
    this.meters = meters;
    this.freezes = meters.histogram("snapshot.freeze.nanos");
    this.writes = meters.histogram("snapshot.write.nanos");
    this.failures = meters.counter("snapshot.failures");
    this.restores = meters.histogram("restore.nanos");
  }

  private KeyGroupRange range() {
    return store.context().range();
  }

  /** Freezes now; what the future writes is decided by the options, the store and the storage. */
  RunnableFuture<KeyedStateHandle> snapshot(
      long checkpointId, SnapshotStreams streams, SnapshotOptions options) {
    long beginNanos = meters.nanos();
    RunnableFuture<KeyedStateHandle> frozen = freeze(checkpointId, streams, options);
    freezes.record(meters.nanos() - beginNanos);
    return frozen;
  }

  private RunnableFuture<KeyedStateHandle> freeze(
      long checkpointId, SnapshotStreams streams, SnapshotOptions options) {
    SnapshotOrigin origin =
        new SnapshotOrigin(task.job(), task.operatorId(), task.subtask(), checkpointId);
    FrozenKeyedState frozen =
        FrozenKeyedState.freeze(
            store, checkpointId, options.incremental() && streams.shared() != null);
    return task(
        registry -> frozen.write(origin, options.compression(), new Registered(streams, registry)),
        frozen::close);
  }

  private SnapshotTask<KeyedStateHandle> task(
      SnapshotTask.Body<KeyedStateHandle> body, Runnable release) {
    return new SnapshotTask<>(
        registry -> {
          long beginNanos = meters.nanos();
          boolean written = false;
          try {
            KeyedStateHandle handle = body.write(registry);
            written = true;
            return handle;
          } finally {
            if (written) {
              writes.record(meters.nanos() - beginNanos);
            } else {
              failures.add(1);
            }
          }
        },
        release);
  }

  /** Freezes now; the future counts. */
  RunnableFuture<List<KeyedStateStatistics>> statistics() {
    FrozenView view = store.freeze(NO_CHECKPOINT);
    return new SnapshotTask<>(
        registry -> KeyedStateStatistics.count(view, range(), registry), view::close);
  }

  /** Takes state over, under its present names; gives what is left to read. */
  Recovery restore(
      List<KeyedStateHandle> handles,
      SnapshotInputs inputs,
      RestoreProgress progress,
      StateRenames renames)
      throws IOException {
    long beginNanos = meters.nanos();
    List<KeyedStateHandle> mine =
        handles.stream().filter(handle -> handle.range().intersects(range())).toList();
    List<KeyedStateHandle.Incremental> files = new ArrayList<>();
    List<KeyedStateHandle.Container> containers = new ArrayList<>();
    for (KeyedStateHandle handle : mine) {
      if (handle instanceof KeyedStateHandle.Incremental incremental) {
        files.add(incremental);
      } else if (handle instanceof KeyedStateHandle.Container container) {
        containers.add(container);
      }
    }
    long ofContainers = containers.stream().mapToLong(handle -> handle.data().length()).sum();
    Recovery recovery =
        files.isEmpty()
            ? Recovery.complete(0)
            : readerOf(files)
                .restore(
                    files,
                    inputs,
                    (doneBytes, ofFiles) -> progress.advanced(doneBytes, ofFiles + ofContainers),
                    renames);
    if (!containers.isEmpty()) {
      // So that the progress of both adds up. No checkpoint has handles of both.
      recovery.completeNow();
    }
    long done = recovery.progress().doneBytes();
    long total = recovery.progress().totalBytes() + ofContainers;
    for (KeyedStateHandle.Container container : containers) {
      try (KeyedContainerReader reader = KeyedContainerReader.open(container, inputs)) {
        store.load(renames.apply(reader));
      }
      done += container.data().length();
      progress.advanced(done, total);
    }
    if (!mine.isEmpty()) {
      restores.record(meters.nanos() - beginNanos);
    }
    return recovery;
  }

  private IncrementalStore readerOf(List<KeyedStateHandle.Incremental> handles) {
    Optional<IncrementalStore> reader = store.capability(IncrementalStore.class);
    String name = reader.map(IncrementalStore::name).orElse("");
    for (KeyedStateHandle.Incremental handle : handles) {
      if (!handle.store().equals(name)) {
        throw IncrementSchemas.otherStore(
            List.of(task.operatorId()),
            handle.store(),
            name.isEmpty()
                ? store.getClass().getSimpleName() + ", which reads containers only"
                : "store \"" + name + "\"");
      }
    }
    return reader.orElseThrow();
  }

  /** Streams that are closed when the snapshot is cancelled. */
  private record Registered(SnapshotStreams streams, CancellationRegistry registry)
      implements SnapshotStreams {
    @Override
    public SnapshotOutput create(String purpose) throws IOException {
      return registry.register(streams.create(purpose));
    }

    @Override
    public SharedFiles shared() {
      return new SharedFiles() {
        @Override
        public int smallBytes() {
          return streams.shared().smallBytes();
        }

        @Override
        public SnapshotOutput create(String purpose) throws IOException {
          return registry.register(streams.shared().create(purpose));
        }

        @Override
        public SnapshotOutput create(String purpose, Path source) throws IOException {
          return registry.register(streams.shared().create(purpose, source));
        }

        @Override
        public boolean reuse(StreamHandle.Shared file) {
          return streams.shared().reuse(file);
        }

        @Override
        public boolean reuse(StreamHandle.Shared file, Path source) {
          return streams.shared().reuse(file, source);
        }
      };
    }
  }
}
