package io.streambed.harness;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.backend.StateBackend;
import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.checkpoint.FileStorageOptions;
import io.streambed.file.FileSystem;
import io.streambed.file.LocalFileSystem;
import io.streambed.rocksdb.RocksKeyedStoreFactory;
import io.streambed.rocksdb.RocksOptions;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RocksHarnessTest {
  @Test
  void everywhere_withRocksDb_movesStateBetweenAllStores(@TempDir Path directory) {
    FileSystem files = new LocalFileSystem();
    StateBackend rocksdb =
        StateBackend.of(
            new RocksKeyedStoreFactory(
                files, RocksOptions.in(directory.resolve("state")).withMemoryBytes(64L << 20)),
            new FileCheckpointStorage(
                files, FileStorageOptions.in(directory.resolve("checkpoints")), UUID::randomUUID));
    try (var t = FunctionHarness.of(user -> user, new VisitCounts())) {
      t.element("ada", 0).element("grace", 0);
      t.moveTo(rocksdb).element("ada", 1_000).rescale(2);
      assertThat(t.map("ada", "counts", Long.class, Long.class)).containsEntry(599_999L, 2L);
      t.watermark(600_000);
      assertThat(t.output()).containsExactlyInAnyOrder("ada 2", "grace 1");
      t.everywhere();
    }
  }
}
