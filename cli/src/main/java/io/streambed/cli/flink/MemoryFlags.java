package io.streambed.cli.flink;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How Flink divides the memory that its configuration gives to a process, as Flink's own shell
 * scripts ask for it.
 *
 * @param jvm flags of the JVM
 * @param program arguments of the main class
 */
record MemoryFlags(List<String> jvm, List<String> program) {
  private static final String MAIN = "org.apache.flink.runtime.util.bash.BashJavaUtils";
  private static final String RESULT = "BASH_JAVA_UTILS_EXEC_RESULT:";

  /** A question under way. */
  record Question(ClusterOptions options, FlinkProcess process) {
    MemoryFlags answer(long timeoutSeconds) {
      if (!process.awaitEnd(timeoutSeconds)) {
        throw new ClusterException(
            process.name() + " gave no answer within " + timeoutSeconds + " s");
      }
      return parse(process.name(), FlinkProcess.printed(options, process.name()));
    }
  }

  static Question ofJobManager(ClusterOptions options) {
    return ask(options, "memory-of-jobmanager", "GET_JM_RESOURCE_PARAMS");
  }

  static Question ofTaskManager(ClusterOptions options) {
    return ask(options, "memory-of-taskmanager", "GET_TM_RESOURCE_PARAMS");
  }

  private static Question ask(ClusterOptions options, String name, String command) {
    List<String> program = List.of(MAIN, command, "--configDir", options.conf().toString());
    return new Question(options, FlinkProcess.start(options, name, List.of("-Xmx128m"), program));
  }

  private static MemoryFlags parse(String name, Path printed) {
    List<String> results = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(printed)) {
        int at = line.indexOf(RESULT);
        if (at >= 0) {
          results.add(line.substring(at + RESULT.length()).strip());
        }
      }
    } catch (IOException e) {
      throw new ClusterException("Reading " + printed + ": " + e, e);
    }
    if (results.size() != 2) {
      throw new ClusterException(name + " gave no answer; see " + printed);
    }
    return new MemoryFlags(words(results.get(0)), words(results.get(1)));
  }

  private static List<String> words(String line) {
    return List.of(line.split(" +"));
  }
}
