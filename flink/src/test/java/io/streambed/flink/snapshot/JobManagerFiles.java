package io.streambed.flink.snapshot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.core.fs.local.LocalFileSystem;
import org.apache.flink.runtime.checkpoint.CheckpointOptions;
import org.apache.flink.runtime.state.CheckpointStreamFactory;
import org.apache.flink.runtime.state.CheckpointableKeyedStateBackend;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.SharedStateRegistry;
import org.apache.flink.runtime.state.SharedStateRegistryImpl;
import org.apache.flink.runtime.state.StreamStateHandle;
import org.apache.flink.runtime.state.filesystem.FsCheckpointStreamFactory;
import org.apache.flink.util.InstantiationUtil;

/**
 * The files of checkpoints on a disk, and what Flink's JobManager does with them. One completed
 * checkpoint is retained.
 */
final class JobManagerFiles {
  private final Path directory;
  private final CheckpointStreamFactory streams;
  private Runnable afterLastFile = () -> {};
  private final SharedStateRegistry registry = new SharedStateRegistryImpl();
  private final Map<Long, List<KeyedStateHandle>> acknowledged = new HashMap<>();

  JobManagerFiles(Path directory) {
    this.directory = directory;
    org.apache.flink.core.fs.Path root = new org.apache.flink.core.fs.Path(directory.toUri());
    this.streams =
        new FsCheckpointStreamFactory(LocalFileSystem.getSharedInstance(), root, root, 0, 1 << 12) {
          @Override
          public void reusePreviousStateHandle(Collection<? extends StreamStateHandle> reused) {
            afterLastFile.run();
          }
        };
  }

  /** Whatever is to happen when an increment has written its last file. */
  void afterLastFile(Runnable action) {
    afterLastFile = action;
  }

  CheckpointStreamFactory streams() {
    return streams;
  }

  /** What a backend acknowledges, on its way to the JobManager. */
  KeyedStateHandle written(
      CheckpointableKeyedStateBackend<String> backend, long checkpoint, CheckpointOptions options)
      throws Exception {
    var task = backend.snapshot(checkpoint, 1, streams, options);
    task.run();
    return InstantiationUtil.clone(task.get().getJobManagerOwnedSnapshot());
  }

  /** The JobManager learns of what backends have acknowledged. */
  KeyedStateHandle[] acknowledge(long checkpoint, KeyedStateHandle... handles) {
    acknowledged.put(checkpoint, List.of(handles));
    for (KeyedStateHandle handle : handles) {
      handle.registerSharedStates(registry, checkpoint);
    }
    return handles;
  }

  /** Takes a checkpoint up to its completion, of which the backends are notified. */
  @SafeVarargs
  final KeyedStateHandle[] checkpoint(
      long checkpoint, CheckpointableKeyedStateBackend<String>... backends) throws Exception {
    KeyedStateHandle[] handles = new KeyedStateHandle[backends.length];
    for (int i = 0; i < backends.length; i++) {
      handles[i] =
          written(backends[i], checkpoint, CheckpointOptions.forCheckpointWithDefaultLocation());
    }
    complete(checkpoint, handles);
    for (CheckpointableKeyedStateBackend<String> backend : backends) {
      ((CheckpointListener) backend).notifyCheckpointComplete(checkpoint);
    }
    return handles;
  }

  /** Completes a checkpoint and subsumes all before it. */
  void complete(long checkpoint, KeyedStateHandle... handles) throws Exception {
    acknowledge(checkpoint, handles);
    registry.unregisterUnusedState(checkpoint);
    for (long earlier : Set.copyOf(acknowledged.keySet())) {
      if (earlier < checkpoint) {
        discard(acknowledged.remove(earlier));
      }
    }
  }

  private static void discard(List<KeyedStateHandle> handles) throws Exception {
    for (KeyedStateHandle handle : handles) {
      handle.discardState();
    }
  }

  /** Names of all files there are. */
  Set<String> files() throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
    }
  }

  /** Flips a bit in the middle of a file. */
  void damage(String file) throws IOException {
    Path path = directory.resolve(file);
    byte[] bytes = Files.readAllBytes(path);
    byte[] changed = Arrays.copyOf(bytes, bytes.length);
    changed[bytes.length / 2] ^= 1;
    Files.write(path, changed);
  }
}
