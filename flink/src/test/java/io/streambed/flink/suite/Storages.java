package io.streambed.flink.suite;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.apache.flink.runtime.state.CheckpointStorage;
import org.apache.flink.runtime.state.storage.FileSystemCheckpointStorage;
import org.apache.flink.runtime.state.storage.JobManagerCheckpointStorage;
import org.apache.flink.util.function.SupplierWithException;

/** The checkpoint storages that the suites run with. */
final class Storages {
  private Storages() {}

  /** Parameters: memory, and files without inlining. */
  static List<Object[]> both(Supplier<Path> directory) {
    SupplierWithException<CheckpointStorage, IOException> memory = JobManagerCheckpointStorage::new;
    SupplierWithException<CheckpointStorage, IOException> files =
        () ->
            new FileSystemCheckpointStorage(
                new org.apache.flink.core.fs.Path(directory.get().toUri()), 0, -1);
    return List.of(new Object[] {memory}, new Object[] {files});
  }
}
