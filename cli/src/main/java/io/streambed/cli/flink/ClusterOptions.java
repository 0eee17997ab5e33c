package io.streambed.cli.flink;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a cluster is made of.
 *
 * @param classPath jars, and directories of jars written {@code dir/*}, of every process
 * @param directory an existing directory; gets the configuration, logs, temporary files,
 *     checkpoints and savepoints
 * @param slots of each TaskManager, at least 1
 * @param configuration Flink options in addition to those every cluster here gets, and instead of
 *     them
 */
public record ClusterOptions(
    List<String> classPath, Path directory, int slots, Map<String, String> configuration) {
  /** Checks and copies the parts. */
  public ClusterOptions {
    classPath = List.copyOf(classPath);
    Objects.requireNonNull(directory, "directory");
    configuration = Map.copyOf(configuration);
    if (slots < 1) {
      throw new IllegalArgumentException(slots + " slots: at least 1 is needed");
    }
  }

  Path conf() {
    return directory.resolve("conf");
  }

  /**
   * Where the processes write their logs.
   *
   * @return a directory
   */
  public Path logs() {
    return directory.resolve("log");
  }

  Path temporary() {
    return directory.resolve("tmp");
  }

  Path checkpoints() {
    return directory.resolve("checkpoints");
  }

  /**
   * Where savepoints go.
   *
   * @return a directory
   */
  public Path savepoints() {
    return directory.resolve("savepoints");
  }
}
