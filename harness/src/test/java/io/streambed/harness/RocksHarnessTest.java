package io.streambed.harness;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.backend.StateBackend;
import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.checkpoint.FileStorageOptions;
import io.streambed.file.FileSystem;
import io.streambed.file.LocalFileSystem;
import io.streambed.harness.FraudDetector.Payment;
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
    try (var t = FunctionHarness.of(Payment::card, new FraudDetector())) {
      t.element(new Payment("card-1", "bakery", 250), 0);
      t.element(new Payment("card-2", "garage", 300), 0);
      t.moveTo(rocksdb).element(new Payment("card-1", "bakery", 250), 1_000).rescale(2);
      assertThat(t.map("card-1", "shops", String.class, Integer.class)).containsEntry("bakery", 2);
      t.watermark(600_000);
      assertThat(t.output())
          .containsExactlyInAnyOrder("card-1: 2x, 500 at 1", "card-2: 1x, 300 at 1");
      t.everywhere();
    }
  }
}
