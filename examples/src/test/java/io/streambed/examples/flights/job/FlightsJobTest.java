package io.streambed.examples.flights.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.backend.StateBackend;
import io.streambed.backend.Store;
import io.streambed.checkpoint.CoordinatorOptions;
import io.streambed.checkpoint.MemoryCheckpointStorage;
import io.streambed.connector.RejectedLineException;
import io.streambed.file.LocalFileSystem;
import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.runtime.JobFailedException;
import io.streambed.runtime.RestartPolicy;
import io.streambed.runtime.RunOptions;
import io.streambed.runtime.Streambed;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole job against {@link Reference}, over a cut of the data with malformed lines. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class FlightsJobTest {
  private static final Path DATA = Path.of("data");
  private static final int EVERY_NTH_LINE = 60;
  private static final int MAX_STATE_BYTES = 5 << 20;

  private static final Map<String, String> MALFORMED =
      Map.of(
          "no flight",
          "does not have 5 fields",
          "2001-01-31T25:00,1,1,ANC,LAX",
          "time is not a minute of the form 2001-01-31T23:59");

  @TempDir Path directory;

  /** Lines from all over January, so that every rule applies; and some that are no flights. */
  private static List<String> flights() throws IOException {
    List<String> lines = new ArrayList<>();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(DATA.resolve("flights-2001-01.csv.gz"))),
                StandardCharsets.US_ASCII))) {
      lines.add(reader.readLine());
      int number = 0;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        // Whole days now and then, so that sessions and hours have more than one flight.
        if (number++ % EVERY_NTH_LINE == 0 || line.startsWith("2001-01-08T1")) {
          lines.add(line);
        }
      }
    }
    List<String> malformed = MALFORMED.keySet().stream().sorted().toList();
    lines.add(3_000, malformed.get(0));
    lines.add(5_000, malformed.get(1));
    lines.add(7_000, "2001-01-01T00:00,5,10,ATL,SAV");
    return lines;
  }

  private List<String> run(int parallelism) throws IOException {
    Path output = directory.resolve("output-" + parallelism);
    FlightsOptions options =
        FlightsOptions.of(
                new LocalFileSystem(),
                directory.resolve("flights.csv"),
                DATA.resolve("rules.csv"),
                output)
            .withParallelism(parallelism);
    RunOptions run =
        RunOptions.defaults()
            .withCheckpoints(CoordinatorOptions.DEFAULT.withIntervalMillis(50))
            .withRestarts(RestartPolicy.NEVER);
    Streambed.run(
        FlightsJob.build(options),
        Store.of(
            StateBackend.of(
                new HeapKeyedStoreFactory(),
                new MemoryCheckpointStorage(MAX_STATE_BYTES, UUID::randomUUID))),
        run);
    return lines(output);
  }

  private static List<String> lines(Path output) throws IOException {
    List<String> lines = new ArrayList<>();
    try (Stream<Path> paths = Files.walk(output)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        lines.addAll(Files.readAllLines(path));
      }
    }
    lines.sort(null);
    return lines;
  }

  @Test
  void run_atAnyParallelism_givesTheReferencesLines() throws IOException {
    List<String> flights = flights();
    // The first one too: it has no time, and the others are not to go on without its split.
    flights.add(1, MALFORMED.keySet().iterator().next());
    Files.write(directory.resolve("flights.csv"), flights);
    List<String> expected =
        Reference.output(flights, Files.readAllLines(DATA.resolve("rules.csv")), MALFORMED);
    for (String kind : List.of("hourly,", "worst,", "disruption,", "totals,")) {
      assertThat(expected.stream().filter(line -> line.startsWith(kind)).count())
          .as(kind)
          .isGreaterThan(20);
    }
    assertThat(expected).contains("rejected-total,4", "rejected,7002,goes back in time");
    for (int parallelism : new int[] {1, 2, 5}) {
      assertThat(run(parallelism)).as("parallelism " + parallelism).isEqualTo(expected);
    }
  }

  @Test
  void run_malformedLineAndFail_namesFileAndLine() throws IOException {
    List<String> flights = flights().subList(0, 3_500);
    Files.write(directory.resolve("flights.csv"), flights);
    FlightsOptions options =
        FlightsOptions.of(
                new LocalFileSystem(),
                directory.resolve("flights.csv"),
                DATA.resolve("rules.csv"),
                directory.resolve("output"))
            .withFailOnRejected(true);
    RunOptions run = RunOptions.defaults().withRestarts(RestartPolicy.NEVER);
    assertThatThrownBy(
            () ->
                Streambed.run(
                    FlightsJob.build(options),
                    Store.of(
                        StateBackend.of(
                            new HeapKeyedStoreFactory(),
                            new MemoryCheckpointStorage(MAX_STATE_BYTES, UUID::randomUUID))),
                    run))
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("flights.csv, line 3001: ")
        .hasRootCauseInstanceOf(RejectedLineException.class);
  }
}
