package io.streambed.zstd;

import com.github.luben.zstd.util.Native;
import io.streambed.error.StorageException;

/** Loads the native library of zstd-jni, once for the process. */
final class NativeLibrary {
  private NativeLibrary() {}

  static void load() {
    // A lambda: where zstd-jni is missing, a method reference would fail before it is in load.
    load(() -> Native.load());
  }

  static void load(Runnable loader) {
    try {
      loader.run();
    } catch (LinkageError e) {
      throw new StorageException(
          "Loading the native library of zstd-jni for "
              + System.getProperty("os.name")
              + " "
              + System.getProperty("os.arch")
              + ", unpacked into "
              + System.getProperty("ZstdTempFolder", System.getProperty("java.io.tmpdir"))
              + " (the system property ZstdTempFolder names another directory; it must be writable"
              + " and allow execution),",
          e);
    }
  }
}
