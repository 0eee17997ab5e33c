package io.streambed.testkit.fault;

import io.streambed.file.FileSystem;
import io.streambed.file.LocalFileSystem;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class LocalFileSystemContractTest extends FileSystemContract {
  private final LocalFileSystem files = new LocalFileSystem();
  @TempDir Path directory;

  @Override
  FileSystem files() {
    return files;
  }

  @Override
  Path directory() {
    return directory;
  }
}
