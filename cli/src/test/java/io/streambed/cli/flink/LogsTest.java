package io.streambed.cli.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogsTest {
  @TempDir Path directory;

  @Test
  void lastError_severalLogs_isTheLatestWithItsDeepestCause() throws IOException {
    Files.writeString(
        directory.resolve("a.log"),
        """
        2026-01-01 10:00:00,100 ERROR some.Thing - first
        2026-01-01 10:00:03,500 ERROR some.Thing - latest
        java.lang.IllegalStateException: outer
        \tat some.Thing.run(Thing.java:1)
        Caused by: java.io.IOException: the disk is full
        \tat some.Thing.write(Thing.java:2)
        2026-01-01 10:00:09,000 INFO  some.Thing - ended
        java.lang.Exception: of the line above, which is no error
        """);
    Files.writeString(
        directory.resolve("b.log"), "2026-01-01 10:00:03,499 ERROR other.Thing - earlier\n");
    assertThat(Logs.lastError(directory))
        .hasValue(
            "a.log: 2026-01-01 10:00:03,500 ERROR some.Thing - latest"
                + " | Caused by: java.io.IOException: the disk is full");
  }

  @Test
  void lastError_none_isEmpty() throws IOException {
    Files.writeString(directory.resolve("a.log"), "2026-01-01 10:00:00,100 INFO  x.ERROR - fine\n");
    Files.writeString(directory.resolve("b.out"), "2026-01-01 10:00:00,100 ERROR x - no log\n");
    assertThat(Logs.lastError(directory)).isEmpty();
  }
}
