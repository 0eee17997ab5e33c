package io.streambed.cli.flink;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class FlinkClusterTest {
  @TempDir Path directory;

  @Test
  void start_classPathWithoutFlink_namesTheProcessAndWhatItPrinted() {
    ClusterOptions options =
        new ClusterOptions(List.of(directory.resolve("lib/*").toString()), directory, 2, Map.of());
    assertThatThrownBy(() -> FlinkCluster.start(options, 1, new Waiting(Duration.ofMinutes(1))))
        .isInstanceOf(ClusterException.class)
        .hasMessageContainingAll("memory-of-jobmanager", directory.resolve("log").toString());
  }
}
