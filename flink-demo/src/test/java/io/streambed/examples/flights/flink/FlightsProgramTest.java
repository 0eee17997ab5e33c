package io.streambed.examples.flights.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.backend.StateBackend;
import io.streambed.backend.Store;
import io.streambed.checkpoint.CoordinatorOptions;
import io.streambed.checkpoint.MemoryCheckpointStorage;
import io.streambed.examples.flights.job.FlightsJob;
import io.streambed.examples.flights.job.FlightsOptions;
import io.streambed.file.LocalFileSystem;
import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.runtime.RestartPolicy;
import io.streambed.runtime.RunOptions;
import io.streambed.runtime.Streambed;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program in Flink's own small cluster, against the embedded job over the same lines. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class FlightsProgramTest {
  private static final Path DATA = Path.of("../examples/data");
  private static final int EVERY_NTH_LINE = 60;
  private static final int MAX_STATE_BYTES = 5 << 20;

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
    lines.add(1, "no flight");
    lines.add(3_000, "2001-01-31T25:00,1,1,ANC,LAX\r");
    lines.add(5_000, "2001-01-01T00:00,5,10,ATL,SAV");
    lines.add(7_000, "x".repeat(NumberedLines.MAX_LINE_BYTES + 1));
    lines.add("2001-01-31T23:59,7,10,ATL,SAV\r");
    return lines;
  }

  private Path write(List<String> lines) throws IOException {
    Path file = directory.resolve("flights.csv.gz");
    try (GZIPOutputStream gzip = new GZIPOutputStream(Files.newOutputStream(file))) {
      gzip.write(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
    }
    return file;
  }

  private List<String> embedded(Path flights) throws IOException {
    Path output = directory.resolve("embedded");
    RunOptions run =
        RunOptions.defaults()
            .withCheckpoints(CoordinatorOptions.DEFAULT)
            .withRestarts(RestartPolicy.NEVER);
    Streambed.run(
        FlightsJob.build(
            FlightsOptions.of(new LocalFileSystem(), flights, DATA.resolve("rules.csv"), output)),
        Store.of(
            StateBackend.of(
                new HeapKeyedStoreFactory(),
                new MemoryCheckpointStorage(MAX_STATE_BYTES, UUID::randomUUID))),
        run);
    return visibleLines(output);
  }

  private static List<String> visibleLines(Path output) throws IOException {
    List<String> lines = new ArrayList<>();
    try (Stream<Path> paths = Files.walk(output)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        if (path.getFileName().toString().startsWith("part-")) {
          lines.addAll(Files.readAllLines(path));
        }
      }
    }
    lines.sort(null);
    return lines;
  }

  private List<String> inFlink(Path flights, int parallelism, double recordsPerSecond)
      throws Exception {
    Path output = directory.resolve("flink-" + parallelism + "-" + recordsPerSecond);
    Configuration configuration = new Configuration();
    configuration.set(StateBackendOptions.STATE_BACKEND, "hashmap");
    configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(200));
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(parallelism, configuration);
    FlightsProgram.build(
        new ProgramOptions(
            flights.toString(),
            DATA.resolve("rules.csv").toString(),
            output.toString(),
            recordsPerSecond),
        environment);
    environment.execute();
    return visibleLines(output);
  }

  @Test
  void execute_atAnyParallelism_givesTheEmbeddedJobsLines() throws Exception {
    Path flights = write(flights());
    List<String> expected = embedded(flights);
    for (String kind : List.of("hourly,", "worst,", "disruption,", "totals,")) {
      assertThat(expected.stream().filter(line -> line.startsWith(kind)).count())
          .as(kind)
          .isGreaterThan(20);
    }
    assertThat(expected).contains("rejected-total,4", "rejected,5001,goes back in time");
    assertThat(inFlink(flights, 1, 0)).as("parallelism 1").isEqualTo(expected);
    assertThat(inFlink(flights, 3, 20_000)).as("parallelism 3, throttled").isEqualTo(expected);
  }

  @Test
  void execute_otherFile_failsNamingFileAndLine() throws IOException {
    Path other = write(List.of("departure;delay", "x"));
    assertThatThrownBy(() -> inFlink(other, 1, 0))
        .rootCause()
        .hasMessageContaining("flights.csv.gz, line 1, is not the expected header");
  }
}
