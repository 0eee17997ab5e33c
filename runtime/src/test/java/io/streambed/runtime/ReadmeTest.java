package io.streambed.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.backend.Store;
import io.streambed.connector.FileSink;
import io.streambed.connector.ListSource;
import io.streambed.job.JobBuilder;
import io.streambed.job.KeyedHandler;
import io.streambed.job.Source;
import io.streambed.job.WatermarkStrategy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's example, run as it stands there. */
class ReadmeTest {
  private record Click(String user, long atMillis) {}

  @Test
  void example_asItStandsInTheReadme_countsByUserAndTenMinutes(@TempDir Path directory)
      throws IOException {
    Source<Click, Long> clicks =
        ListSource.of(
            new Click("ada", 1_000),
            new Click("ada", 598_000),
            new Click("grace", 2_000),
            new Click("ada", 601_000));
    // spotless:off
    // README
record Window(String user, long number) {}

JobBuilder job = Streambed.job("clicks");
job.source("clicks", clicks, WatermarkStrategy.bounded(Duration.ofSeconds(5), Click::atMillis))
    .keyBy(click -> new Window(click.user(), click.atMillis() / 600_000))
    .process("count", context -> {
      var count = context.value("count", Integer.class, 0);
      return KeyedHandler.of((click, at) -> {
        count.update(count.value() + 1);
        context.registerEventTimer((context.key().number() + 1) * 600_000 - 1);
      }, end -> {
        context.emit(context.key() + ": " + count.value());
        count.clear();
      });
    }).sink("counts", FileSink.lines(directory.resolve("counts")));
Streambed.run(job.build(), Store.heap(directory));
    // END
    // spotless:on
    try (Stream<Path> files = Files.list(directory.resolve("counts"))) {
      List<String> lines = new ArrayList<>();
      for (Path file : files.filter(file -> file.toString().endsWith(".csv")).toList()) {
        lines.addAll(Files.readAllLines(file));
      }
      assertThat(lines)
          .containsExactlyInAnyOrder(
              "Window[user=ada, number=0]: 2",
              "Window[user=grace, number=0]: 1",
              "Window[user=ada, number=1]: 1");
    }
  }

  @Test
  void readme_holdsTheExample() throws IOException {
    List<String> source =
        Files.readAllLines(Path.of("src/test/java/io/streambed/runtime/ReadmeTest.java"));
    String example =
        String.join(
            "\n",
            source.subList(source.indexOf("    // README") + 1, source.indexOf("    // END")));
    assertThat(Files.readString(Path.of("../README.md"))).contains("```java\n" + example + "\n```");
  }
}
