package io.streambed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.cli.RejectedSummary.RejectedLine;
import io.streambed.file.FileSystem;
import io.streambed.file.LocalFileSystem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the end of a run tells of rejected lines. */
class RejectedSummaryTest {
  private static final Path INPUT = Path.of("flights.csv");

  @TempDir Path directory;

  private Path part(int number, String... lines) throws IOException {
    Path path = directory.resolve("part-000000000" + number + "-0.csv");
    return Files.write(path, List.of(lines));
  }

  @Test
  void read_severalFiles_sortsByLineAndLeavesTotalsOut() throws IOException {
    part(1, "rejected,1234,late, by far", "rejected-total,2");
    part(2, "rejected,99,early");
    RejectedSummary summary = RejectedSummary.read(new LocalFileSystem(), directory, INPUT);
    assertThat(summary.lines())
        .containsExactly(new RejectedLine(99, "early"), new RejectedLine(1234, "late, by far"));
    assertThat(summary.toString().lines())
        .containsExactly(
            "2",
            "  flights.csv:99: early",
            "  flights.csv:1234: late, by far",
            "  all of them are in " + directory);
  }

  @Test
  void read_fileTakenAwayMeanwhile_isLeftOut() throws IOException {
    Path taken = part(1, "rejected,7,early");
    part(2, "rejected,99,late");
    FileSystem live =
        LiveFiles.beforeOpening(
            taken.getFileName().toString(),
            () -> {
              try {
                Files.delete(taken);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    assertThat(RejectedSummary.read(live, directory, INPUT).lines())
        .containsExactly(new RejectedLine(99, "late"));
  }
}
