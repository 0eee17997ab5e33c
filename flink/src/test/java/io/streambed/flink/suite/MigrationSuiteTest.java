package io.streambed.flink.suite;

import io.streambed.flink.StreambedStateBackend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.runtime.state.CheckpointStorage;
import org.apache.flink.runtime.state.StateBackendMigrationTestBase;
import org.apache.flink.testutils.junit.extensions.parameterized.Parameter;
import org.apache.flink.testutils.junit.extensions.parameterized.ParameterizedTestExtension;
import org.apache.flink.testutils.junit.extensions.parameterized.Parameters;
import org.apache.flink.util.function.SupplierWithException;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Flink's suite for the evolution of serializers. */
@ExtendWith(ParameterizedTestExtension.class)
class MigrationSuiteTest extends StateBackendMigrationTestBase<StreambedStateBackend> {
  @TempDir private static Path directory;

  @Parameter public SupplierWithException<CheckpointStorage, IOException> storage;

  @Parameters
  public static List<Object[]> storages() {
    return Storages.both(() -> directory);
  }

  @Override
  protected StreambedStateBackend getStateBackend() {
    return new StreambedStateBackend();
  }

  @Override
  protected CheckpointStorage getCheckpointStorage() throws IOException {
    return storage.get();
  }
}
