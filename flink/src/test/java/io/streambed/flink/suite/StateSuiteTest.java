package io.streambed.flink.suite;

import io.streambed.flink.StreambedStateBackend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.runtime.state.CheckpointStorage;
import org.apache.flink.runtime.state.ConfigurableStateBackend;
import org.apache.flink.runtime.state.StateBackendTestBase;
import org.apache.flink.testutils.junit.extensions.parameterized.Parameter;
import org.apache.flink.testutils.junit.extensions.parameterized.ParameterizedTestExtension;
import org.apache.flink.testutils.junit.extensions.parameterized.Parameters;
import org.apache.flink.util.function.SupplierWithException;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Flink's suite for keyed and operator state. */
@ExtendWith(ParameterizedTestExtension.class)
public class StateSuiteTest extends StateBackendTestBase<StreambedStateBackend> {
  @TempDir private static Path directory;

  @Parameter public SupplierWithException<CheckpointStorage, IOException> storage;

  @Parameters
  public static List<Object[]> storages() {
    return Storages.both(() -> directory);
  }

  @Override
  protected ConfigurableStateBackend getStateBackend() {
    return new StreambedStateBackend();
  }

  @Override
  protected CheckpointStorage getCheckpointStorage() throws IOException {
    return storage.get();
  }

  @Override
  protected boolean isSerializerPresenceRequiredOnRestore() {
    return false;
  }

  @Override
  protected boolean supportsAsynchronousSnapshots() {
    return true;
  }
}
