package io.streambed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.cli.Cli.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code flink-demo} refuses; the cluster itself is what the command shows. */
class FlinkDemoCommandTest {
  private static final String HOME = "streambed.home";

  @TempDir Path home;

  private Result inHome(Object... arguments) {
    String before = System.setProperty(HOME, home.toString());
    try {
      return Cli.call(arguments);
    } finally {
      System.setProperty(HOME, before);
    }
  }

  private Path create(String file) throws IOException {
    Path path = home.resolve(file);
    Files.createDirectories(path.getParent());
    return Files.createFile(path);
  }

  @Test
  void flinkDemo_badValues_isWrongUsage() {
    for (String[] arguments :
        new String[][] {
          {"--parallelism", "0"},
          {"--rate", "-1"},
          {"--plugin-in", "plugins"},
          {"--savepoint", "full"},
          {"--timeout", "3"}
        }) {
      Result result = Cli.call("flink-demo", arguments[0], arguments[1]);
      assertThat(result.code()).as(result.err()).isEqualTo(Main.USAGE);
      assertThat(result.err()).contains(arguments[0], "streambed flink-demo --help");
    }
  }

  @Test
  void flinkDemo_notBuilt_namesWhatIsMissingAndLeavesNothing() throws IOException {
    inHome("flink-demo").failsWithOneLine(Main.FAILED).naming("cluster/lib", "./streambed");
    create("flink-demo/target/cluster/lib/some.jar");
    create("flink-demo/target/streambed-flink-demo-0.1.0-SNAPSHOT-sources.jar");
    inHome("flink-demo").failsWithOneLine(Main.FAILED).naming("streambed-flink-demo-*.jar");
    create("flink-demo/target/streambed-flink-demo-0.1.0-SNAPSHOT.jar");
    create("flink/target/streambed-flink-0.1.0-SNAPSHOT-tests.jar");
    inHome("flink-demo").failsWithOneLine(Main.FAILED).naming("streambed-flink-*.jar");
    assertThat(home.resolve("target")).doesNotExist();
  }
}
