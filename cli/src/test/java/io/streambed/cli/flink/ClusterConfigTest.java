package io.streambed.cli.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterConfigTest {
  @TempDir Path directory;

  private List<String> written(Map<String, String> configuration) throws IOException {
    ClusterOptions options = new ClusterOptions(List.of("lib/*"), directory, 3, configuration);
    int port = ClusterConfig.write(options);
    List<String> lines = Files.readAllLines(directory.resolve("conf/config.yaml"));
    assertThat(lines).contains("rest.port: '" + port + "'");
    return lines;
  }

  @Test
  void write_defaults_staysOnLoopbackAndInlinesNothing() throws IOException {
    List<String> lines = written(Map.of());
    assertThat(lines)
        .contains(
            "execution.checkpointing.data-inline-threshold: '0'",
            "taskmanager.numberOfTaskSlots: '3'");
    assertThat(lines.stream().filter(line -> line.matches(".*(address|-host|\\.host): .*")))
        .hasSize(6)
        .allMatch(line -> line.endsWith(": '127.0.0.1'"));
    assertThat(directory.resolve("log")).isDirectory();
    assertThat(directory.resolve("conf/log4j.properties")).content().contains("${sys:log.file}");
  }

  @Test
  void write_givenOptions_takePrecedenceWhateverTheirText() throws IOException {
    List<String> lines =
        written(Map.of("heartbeat.interval", "2 s", "state.backend.type", "it's: #1"));
    assertThat(lines)
        .contains("heartbeat.interval: '2 s'", "state.backend.type: 'it''s: #1'")
        .doesNotContain("heartbeat.interval: '1 s'");
  }
}
