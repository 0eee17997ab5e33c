package io.streambed.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.file.LocalFileSystem;
import io.streambed.testkit.damage.BackendUnderTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;

/**
 * Stores of tests that open thousands of databases for a moment each: in a directory of memory
 * where the machine has one, for RocksDB syncs even a database that is to be thrown away. The
 * checkpoints are on a disk or in files that the tests simulate.
 */
interface BriefStores {
  /** Where Linux has memory as files. */
  Path MEMORY = Path.of("/dev/shm");

  Path DIRECTORY =
      Files.isWritable(MEMORY)
          ? MEMORY.resolve("streambed-" + ProcessHandle.current().pid())
          : Path.of("target", "brief-stores");

  /** Preallocated manifests would take much of that memory. */
  RocksKeyedStoreFactory FACTORY =
      new RocksKeyedStoreFactory(
          new LocalFileSystem(),
          RocksOptions.in(DIRECTORY)
              .withMemoryBytes(RocksOptions.MIN_MEMORY_BYTES)
              .withNamed(
                  Map.of(
                      "manifest_preallocation_size",
                      "0",
                      "write_buffer_size",
                      "65536",
                      "level0_file_num_compaction_trigger",
                      "2"))
              .withTimersPerKeyGroup(5));

  /** The backend of each attempt. */
  default BackendUnderTest backend() {
    return BackendUnderTest.of(FACTORY);
  }

  @AfterAll
  static void nothing_isLeftOpenOrBehind() throws IOException {
    assertThat(FACTORY.openNativeHandles()).isZero();
    LocalFileSystem files = new LocalFileSystem();
    Path own = DIRECTORY.resolve("streambed-rocksdb");
    assertThat(files.list(own)).containsExactly(own.resolve("_lock"));
    files.deleteRecursively(DIRECTORY);
  }
}
