package io.streambed.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.file.LocalFileSystem;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;

/**
 * The stores of this module's contract runs, and the look for leaks after each of them. Their write
 * buffers are so small that table files, compactions and reads of several levels are met, and from
 * the third on the states of a store share a column family.
 */
interface RocksStores {
  /** One for all: it locks its directory as long as any of its stores is open. */
  RocksKeyedStoreFactory FACTORY = factory("stores", 2);

  /** One whose stores give so many states a column family to themselves. */
  static RocksKeyedStoreFactory factory(String directory, int ownFamilies) {
    return new RocksKeyedStoreFactory(
        new LocalFileSystem(),
        RocksOptions.in(directory(directory))
            .withMemoryBytes(RocksOptions.MIN_MEMORY_BYTES)
            .withNamed(
                Map.of(
                    "write_buffer_size", "65536",
                    "target_file_size_base", "32768",
                    "level0_file_num_compaction_trigger", "2"))
            .withTimersPerKeyGroup(5),
        ownFamilies);
  }

  /** A directory that no other process uses: tests of a module run in several. */
  static Path directory(String name) {
    return Path.of("target", name + "-" + ProcessHandle.current().pid());
  }

  @AfterAll
  static void nothingNative_isLeftOpen() {
    assertThat(FACTORY.openNativeHandles()).isZero();
  }
}
