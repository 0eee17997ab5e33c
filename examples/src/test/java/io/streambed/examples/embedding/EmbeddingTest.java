package io.streambed.examples.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.runtime.JobResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the programs of docs/embedding.md, and holds them against its text. */
@Timeout(300)
class EmbeddingTest {
  @Test
  void visits_restoredWithThreeSubtasks_goOnFromTheCheckpoint(@TempDir Path directory)
      throws Exception {
    List<String> results = new ArrayList<>();
    Visits.run(directory, results::add);
    assertThat(results).containsExactlyInAnyOrder("ada 2", "grace 2");
  }

  @Test
  void visitsJob_runToItsEnd_keepsIncrementalCheckpoints(@TempDir Path directory) {
    JobResult first = new VisitsJob(directory, 2).run();
    assertThat(first.restoredId()).isEmpty();
    assertThat(directory.resolve("checkpoints/shared")).isNotEmptyDirectory();
    assertThat(lines(directory)).isEqualTo(expected());
    JobResult again = new VisitsJob(directory, 3).run();
    assertThat(again.restoredId()).contains(first.lastCheckpointId());
    assertThat(lines(directory)).isEqualTo(expected());
  }

  @Test
  void visitsJob_restoredFromASavepointOnTheHeap_writesEveryLineOnce(@TempDir Path directory)
      throws Exception {
    String savepoint = new VisitsJob(directory, 2).stopWithSavepoint();
    JobResult result = new VisitsJob(directory, 3).restoreOnHeap(savepoint);
    assertThat(result.restoredId()).isPresent();
    assertThat(result.recordsRead()).isLessThan(VisitsJob.Clicks.SPLITS * VisitsJob.Clicks.CLICKS);
    assertThat(lines(directory)).isEqualTo(expected());
  }

  @ParameterizedTest
  @ValueSource(strings = {"Visits", "VisitsJob"})
  void documentation_holdsTheProgram(String program) throws IOException {
    Path sources = Path.of("src/test/java/io/streambed/examples/embedding");
    String source = Files.readString(sources.resolve(program + ".java"));
    String withoutPackage = source.substring(source.indexOf("import "));
    assertThat(Files.readString(Path.of("../docs/embedding.md")))
        .contains("```java\n" + withoutPackage + "```\n");
  }

  private static List<String> lines(Path directory) {
    try (Stream<Path> parts = Files.list(directory.resolve("output"))) {
      return parts
          .filter(path -> path.toString().endsWith(".csv"))
          .flatMap(path -> read(path).stream())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> read(Path path) {
    try {
      return Files.readAllLines(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> expected() {
    Map<String, Long> counts = new TreeMap<>();
    for (long i = 0; i < VisitsJob.Clicks.CLICKS; i++) {
      long hour = (i + 1) / 3_600;
      for (int split = 0; split < VisitsJob.Clicks.SPLITS; split++) {
        long user = (i * VisitsJob.Clicks.SPLITS + split) % VisitsJob.Clicks.USERS;
        counts.merge(hour + ",user-" + user, 1L, Long::sum);
      }
    }
    return counts.entrySet().stream().map(e -> e.getKey() + "," + e.getValue()).sorted().toList();
  }
}
