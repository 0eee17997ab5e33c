package io.streambed.cli;

import io.streambed.error.StorageException;
import io.streambed.file.FileSystem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Where the launcher's build puts what a Flink cluster is made of. */
final class FlinkHome {
  private final FileSystem files;

  FlinkHome(FileSystem files) {
    this.files = files;
  }

  /** The directory with the jars of every process of a cluster. */
  Path lib() {
    Path lib = Home.directory().resolve("flink-demo/target/cluster/lib");
    list(lib);
    return lib;
  }

  /** The jar with the flights program. */
  Path job() {
    return jar("flink-demo/target", "streambed-flink-demo-");
  }

  /** The jar with the state backend. */
  Path plugin() {
    return jar("flink/target", "streambed-flink-");
  }

  private Path jar(String directory, String prefix) {
    Path path = Home.directory().resolve(directory);
    return list(path).stream()
        .filter(file -> file.getFileName().toString().matches(prefix + "[0-9.]+(-SNAPSHOT)?\\.jar"))
        .findFirst()
        .orElseThrow(() -> missing(path.resolve(prefix + "*.jar")));
  }

  private List<Path> list(Path directory) {
    try {
      return files.list(directory);
    } catch (IOException e) {
      throw missing(directory);
    }
  }

  private static StorageException missing(Path path) {
    return new StorageException(
        path + " is missing: start with the launcher ./streambed, which builds it");
  }
}
