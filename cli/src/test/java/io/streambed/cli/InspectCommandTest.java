package io.streambed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.cli.Cli.Result;
import io.streambed.file.LocalFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code inspect} on the checkpoint of a job that was killed in the middle. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class InspectCommandTest {
  @TempDir Path directory;
  private FlightsRun run;

  @BeforeEach
  void prepare() throws IOException {
    run = new FlightsRun(Cli.januaryFile(directory, 20_000), Home.rules(), directory, 10);
    Cli.killInTheMiddle(run);
  }

  @Test
  void inspect_root_showsTheLatestWithAllKinds() {
    Result result = Cli.call("inspect", run.checkpoints(), "--verify").succeeds();
    assertThat(result.out())
        .containsPattern("checkpoint [0-9]+ of job \"flights\"")
        .containsPattern("time +20[0-9-]+T.*Z")
        .containsPattern("hourly-delays +2 +128")
        .containsPattern("hour-stats +aggregating +[0-9]")
        .containsPattern("waiting-flights +map +[1-9]")
        .containsPattern("worst-flights +list +[1-9]")
        .containsPattern("disruption +reducing +[0-9]")
        .containsPattern("totals +value +[1-9]")
        .containsPattern("_timers/event-time +queue +[1-9]")
        .containsPattern("rules +broadcast +[1-9]")
        .containsPattern("_splits +split-list +4 ")
        .containsPattern("verified: [0-9]+ streams, [0-9]+ bytes, [0-9]+ entries");
  }

  @Test
  void inspect_json_holdsTheSame() {
    Result result = Cli.call("inspect", run.checkpoints(), "--json").succeeds();
    JsonNode root = JsonMapper.builder().build().readTree(result.out());
    assertThat(root.get("job").asString()).isEqualTo("flights");
    assertThat(root.get("type").asString()).isEqualTo("checkpoint");
    assertThat(root.get("checkpointId").asLong()).isPositive();
    Set<String> operators =
        root.get("operators")
            .valueStream()
            .map(operator -> operator.get("id").asString())
            .collect(Collectors.toSet());
    assertThat(operators).contains("flights", "rules", "hourly-delays", "totals-output");
    JsonNode states = root.get("operators").get(2).get("states");
    assertThat(states.get(0).get("entries").asLong()).isPositive();
    assertThat(states.get(0).get("serializers").get("value").asString()).contains("delayMinutes");
    assertThat(root.get("operators").get(2).get("key").asString()).isEqualTo("string");
  }

  @Test
  void inspect_verify_findsAFlippedBitInAnyFile() throws IOException {
    // Beside it there may be the beginning of the next one.
    Path latest =
        Path.of(FileCheckpointStorage.open(new LocalFileSystem(), run.checkpoints()).location());
    int tried = 0;
    try (Stream<Path> paths = Files.list(latest)) {
      for (Path path : paths.toList()) {
        byte[] good = Files.readAllBytes(path);
        if (good.length == 0) {
          continue; // a mark that holds nothing
        }
        byte[] bad = good.clone();
        bad[bad.length / 3] ^= 16;
        Files.write(path, bad);
        Cli.call("inspect", latest, "--verify").failsWithOneLine(Main.FAILED).naming(path);
        Files.write(path, good);
        tried++;
      }
    }
    assertThat(tried).isGreaterThan(1);
    Cli.call("inspect", latest, "--verify").succeeds();
  }

  @Test
  void inspect_noCheckpoint_namesThePath() {
    Cli.call("inspect", directory).failsWithOneLine(Main.FAILED).naming(directory, "_metadata");
    Path missing = directory.resolve("missing");
    Cli.call("inspect", missing).failsWithOneLine(Main.FAILED).naming(missing);
    assertThat(Cli.call("inspect").code()).isEqualTo(Main.USAGE);
  }
}
