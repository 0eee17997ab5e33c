package io.streambed.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.file.FileSystem;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

class SimulatedFileSystemContractTest extends FileSystemContract {
  private final SimulatedFileSystem files = new SimulatedFileSystem();
  private final Path directory = Path.of("/work");

  @BeforeEach
  void createDirectory() throws IOException {
    files.createDurableDirectories(directory);
  }

  @AfterEach
  void replay_wholeLog_givesTheSameFiles() {
    assertThat(files.crash(files.log().size(), Survival.all()).files()).isEqualTo(files.files());
    assertThat(files.openHandles()).isZero();
  }

  @Override
  FileSystem files() {
    return files;
  }

  @Override
  Path directory() {
    return directory;
  }
}
