package io.streambed.rocksdb;

import io.streambed.error.StorageException;
import org.rocksdb.RocksDB;

/** The native part of RocksDB, which is unpacked from its jar and loaded once a process. */
final class NativeLibrary {
  private NativeLibrary() {}

  /**
   * Loads it; what is loaded already stays.
   *
   * @throws StorageException if it cannot be unpacked or does not fit the platform
   */
  static void load() {
    load(RocksDB::loadLibrary);
  }

  static void load(Runnable loader) {
    try {
      loader.run();
    } catch (RuntimeException | LinkageError e) {
      throw new StorageException(
          "Loading RocksDB's native library for "
              + System.getProperty("os.name")
              + " "
              + System.getProperty("os.arch")
              + ", unpacked into "
              + directory()
              + " (ROCKSDB_SHAREDLIB_DIR names another directory; it must be writable and allow"
              + " execution),",
          e);
    }
  }

  private static String directory() {
    String chosen = System.getenv("ROCKSDB_SHAREDLIB_DIR");
    return chosen == null || chosen.isEmpty() ? System.getProperty("java.io.tmpdir") : chosen;
  }
}
