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
          : RocksStores.directory("brief-stores");

  /** From the third on the states of a store share a column family. */
  RocksKeyedStoreFactory FACTORY = factory("shared", 2);

  /** Each state has a family to itself. */
  RocksKeyedStoreFactory OWN_FAMILIES = factory("own", RocksHome.OWN_FAMILIES);

  private static RocksKeyedStoreFactory factory(String name, int ownFamilies) {
    return factory(name, ownFamilies, MigrationPace.USUAL);
  }

  /** Preallocated manifests would take much of that memory. */
  static RocksKeyedStoreFactory factory(String name, int ownFamilies, MigrationPace pace) {
    return new RocksKeyedStoreFactory(
        new LocalFileSystem(),
        RocksOptions.in(DIRECTORY.resolve(name))
            .withMemoryBytes(RocksOptions.MIN_MEMORY_BYTES)
            .withNamed(
                Map.of(
                    "manifest_preallocation_size",
                    "0",
                    "write_buffer_size",
                    "65536",
                    "level0_file_num_compaction_trigger",
                    "2"))
            .withTimersPerKeyGroup(5),
        ownFamilies,
        pace);
  }

  /** The backend of each attempt. */
  default BackendUnderTest backend() {
    return BackendUnderTest.of(FACTORY);
  }

  @AfterAll
  static void nothing_isLeftOpenOrBehind() throws IOException {
    assertThat(FACTORY.openNativeHandles()).isZero();
    assertThat(OWN_FAMILIES.openNativeHandles()).isZero();
    LocalFileSystem files = new LocalFileSystem();
    for (Path directory : files.list(DIRECTORY)) {
      Path own = directory.resolve("streambed-rocksdb");
      assertThat(files.list(own)).containsExactly(own.resolve("_lock"));
    }
    files.deleteRecursively(DIRECTORY);
  }
}
