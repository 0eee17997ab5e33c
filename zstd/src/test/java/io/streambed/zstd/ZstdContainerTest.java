package io.streambed.zstd;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.file.Compression;
import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.key.KeyGroupRange;
import io.streambed.keyed.KeyedStateBackend;
import io.streambed.serial.Serializers;
import io.streambed.snapshot.KeyedStateHandle;
import io.streambed.snapshot.RestoreProgress;
import io.streambed.snapshot.SnapshotOptions;
import io.streambed.snapshot.StreamHandle;
import io.streambed.state.ValueState;
import io.streambed.state.ValueStateDescriptor;
import io.streambed.store.StoreContext;
import io.streambed.store.TaskInfo;
import io.streambed.testkit.store.MemoryStreams;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Keyed state in files that are compressed by Zstandard. The reader never names it. */
class ZstdContainerTest {
  private static final int KEYS = 5_000;
  private static final int MAX_PARALLELISM = 4;

  private final MemoryStreams streams = new MemoryStreams();

  private static KeyedStateBackend<String> backend() {
    KeyGroupRange all = new KeyGroupRange(0, MAX_PARALLELISM - 1);
    return new KeyedStateBackend<>(
        new HeapKeyedStoreFactory()
            .create(StoreContext.alone(Serializers.strings(), MAX_PARALLELISM, all)),
        new TaskInfo("job", "operator", 0));
  }

  private static ValueState<String> state(KeyedStateBackend<String> backend) {
    return backend.getState(new ValueStateDescriptor<>("state", Serializers.strings()));
  }

  private KeyedStateHandle written(Compression compression) throws Exception {
    try (KeyedStateBackend<String> backend = backend()) {
      ValueState<String> state = state(backend);
      for (int i = 0; i < KEYS; i++) {
        backend.setCurrentKey("key " + i);
        state.update("the value of key " + i);
      }
      var snapshot = backend.snapshot(1, streams, SnapshotOptions.savepoint(compression));
      snapshot.run();
      return snapshot.get();
    }
  }

  private static long bytes(KeyedStateHandle handle) {
    return handle.streams().mapToLong(StreamHandle::length).sum();
  }

  @Test
  void restore_writtenWithZstd_readsItWithoutNamingIt() throws Exception {
    KeyedStateHandle handle = written(new ZstdCompression(9));
    assertThat(bytes(handle)).isLessThan(bytes(written(Compression.NONE)) / 3);
    try (KeyedStateBackend<String> backend = backend()) {
      ValueState<String> state = state(backend);
      backend.restore(List.of(handle), streams, RestoreProgress.NONE);
      for (int i = 0; i < KEYS; i++) {
        backend.setCurrentKey("key " + i);
        assertThat(state.value()).isEqualTo("the value of key " + i);
      }
    }
  }
}
