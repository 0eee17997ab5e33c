package io.streambed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.cli.Cli.Result;
import io.streambed.file.LocalFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
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
        .containsPattern("time +20[0-9-]+T.*Z, [0-9]+ (s|min) ago")
        .containsPattern("restored by +any store")
        .containsPattern("hourly-delays +2 +128")
        .containsPattern("hour-stats +aggregating +[0-9]")
        .containsPattern("waiting-flights +map +[1-9]")
        .containsPattern("worst-flights +list +[1-9]")
        .containsPattern("disruption +reducing +[0-9]")
        .containsPattern("totals +value +[1-9]")
        .containsPattern("_timers/event-time +queue +[1-9]")
        .containsPattern("rules +broadcast +[1-9]")
        .containsPattern("_positions +split-list +4 ")
        .containsPattern(
            "hourly-delays: 2 subtasks with .*(KiB|B).* of 128 key groups with entries")
        .containsPattern("flights: 0/4 at [0-9]+, 1/4 at [0-9]+, 2/4 at [0-9]+, 3/4 at")
        .containsPattern("verified: [0-9]+ streams, [0-9.]+ KiB, [0-9,]+ entries")
        .doesNotContain("DAMAGE");
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
    assertThat(root.get("storesNeeded").size()).isZero();
    assertThat(root.get("damage").size()).isZero();
    assertThat(root.get("verified").isNull()).isTrue();
    assertThat(root.get("retained").size()).isEqualTo(1);
    assertThat(root.get("retained").get(0).get("path")).isEqualTo(root.get("path"));
    assertThat(root.get("retained").get(0).get("states").asInt()).isGreaterThan(20);
  }

  @Test
  void inspect_json_tellsOffsetsPendingFilesAndSpread() {
    JsonNode root =
        JsonMapper.builder()
            .build()
            .readTree(Cli.call("inspect", run.checkpoints(), "--json").succeeds().out());
    JsonNode flights = root.get("operators").get(1);
    assertThat(flights.get("splits").valueStream().map(split -> split.get("split").asString()))
        .containsExactlyInAnyOrder("0/4", "1/4", "2/4", "3/4");
    assertThat(
            flights
                .get("splits")
                .valueStream()
                .map(split -> Long.valueOf(split.get("position").asString())))
        .allMatch(position -> position > 1);
    JsonNode delays = root.get("operators").get(2);
    assertThat(delays.get("subtaskBytes").valueStream().mapToLong(JsonNode::asLong).sum())
        .isEqualTo(delays.get("bytes").asLong());
    JsonNode groups = delays.get("keyGroups");
    assertThat(groups.get("largestEntries").asLong())
        .isBetween(1L, groups.get("entries").asLong() - 1);
    // What a sink has written and not made visible lies in files of these names and sizes.
    JsonNode pending = root.get("operators").get(3).get("pending");
    assertThat(pending.size()).isPositive();
    for (JsonNode each : pending) {
      String name = each.get("name").asString();
      assertThat(run.output().resolve("hourly/.pending").resolve(name))
          .satisfiesAnyOf(
              file -> assertThat(file).hasSize(each.get("length").asLong()),
              file -> assertThat(file).as("committed").doesNotExist());
    }
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
        Cli.call("inspect", latest, "--verify").failsWithOneLine(Main.DAMAGED).naming(path);
        Files.write(path, good);
        tried++;
      }
    }
    assertThat(tried).isGreaterThan(1);
    Cli.call("inspect", latest, "--verify").succeeds();
  }

  @Test
  void inspect_verify_listsAllDamageWithTheTable() throws IOException {
    Path latest =
        Path.of(FileCheckpointStorage.open(new LocalFileSystem(), run.checkpoints()).location());
    List<Path> files;
    try (Stream<Path> paths = Files.list(latest)) {
      files = paths.filter(path -> path.toString().endsWith(".data")).sorted().toList();
    }
    assertThat(files).hasSizeGreaterThanOrEqualTo(2);
    // Two blocks of one file, and another file cut short.
    byte[] flipped = Files.readAllBytes(files.get(0));
    flipped[100] ^= 1;
    flipped[flipped.length / 2] ^= 1;
    Files.write(files.get(0), flipped);
    byte[] cut = Files.readAllBytes(files.get(1));
    Files.write(files.get(1), Arrays.copyOf(cut, cut.length - 1));

    Result text = Cli.call("inspect", run.checkpoints(), "--verify").failsWithOneLine(Main.DAMAGED);
    assertThat(text.out())
        .containsPattern("_positions +split-list +4 ")
        .contains("(damaged)", files.get(0) + " at byte ", files.get(1) + ": expected");
    assertThat(text.out().substring(text.out().indexOf("DAMAGE")).strip().lines())
        .hasSizeGreaterThanOrEqualTo(4);

    Result json =
        Cli.call("inspect", run.checkpoints(), "--verify", "--json").failsWithOneLine(Main.DAMAGED);
    JsonNode root = JsonMapper.builder().build().readTree(json.out());
    assertThat(root.get("job").asString()).isEqualTo("flights");
    assertThat(root.get("verified").get("streams").asLong()).isPositive();
    assertThat(root.get("retained").get(0).get("damaged").asBoolean()).isTrue();
    assertThat(root.get("damage").valueStream().map(each -> each.get("file").asString()))
        .contains(files.get(0).toString(), files.get(1).toString())
        .hasSizeGreaterThanOrEqualTo(3);
    assertThat(root.get("damage").get(0).get("problem").asString()).contains("expected");

    // Without --verify what is met is told too.
    Cli.call("inspect", latest).failsWithOneLine(Main.DAMAGED).naming(files.get(1));
  }

  @Test
  void inspect_damagedMetadata_isDamageInJsonToo() throws IOException {
    Path latest =
        Path.of(FileCheckpointStorage.open(new LocalFileSystem(), run.checkpoints()).location());
    Path metadata = latest.resolve("_metadata");
    byte[] bytes = Files.readAllBytes(metadata);
    Files.write(metadata, Arrays.copyOf(bytes, bytes.length / 2));
    Result result = Cli.call("inspect", latest, "--json").failsWithOneLine(Main.DAMAGED);
    JsonNode root = JsonMapper.builder().build().readTree(result.out());
    assertThat(root.get("path").asString()).isEqualTo(latest.toString());
    assertThat(root.get("damage").get(0).get("file").asString()).isEqualTo(metadata.toString());
  }

  @Test
  void inspect_checkpointOfFlink_saysSoAndShowsAFileOfThePlugin() throws IOException {
    Path flinks = Files.createDirectories(directory.resolve("flink/chk-9"));
    Files.write(flinks.resolve("_metadata"), new byte[] {0x49, 0x60, 0x67, 0x2D, 0, 0, 0, 6});
    for (Path path : List.of(flinks, flinks.getParent(), flinks.resolve("_metadata"))) {
      Cli.call("inspect", path)
          .failsWithOneLine(Main.FAILED)
          .naming(flinks, "Apache Flink", "flink run -s", "streambed inspect FILE");
    }
    // The plugin writes the same containers, and Flink names them.
    Path container;
    try (Stream<Path> paths = Files.walk(run.checkpoints())) {
      container =
          paths.filter(path -> path.toString().contains("keyed-")).findFirst().orElseThrow();
    }
    Path file = Files.copy(container, flinks.resolve("0c6ad2f1-9f4e"));
    assertThat(Cli.call("inspect", file, "--verify").succeeds().out())
        .containsPattern("keyed state of subtask [01] of \"")
        .containsPattern("key groups +[0-9]+ to [0-9]+")
        .containsPattern("waiting-flights +map +[0-9,]+ +[0-9.]+ (KiB|B)")
        .containsPattern("verified: 1 stream, ");
    byte[] bytes = Files.readAllBytes(file);
    bytes[200] ^= 1;
    Files.write(file, bytes);
    Cli.call("inspect", file).succeeds();
    Result damaged =
        Cli.call("inspect", file, "--verify", "--json").failsWithOneLine(Main.DAMAGED).naming(file);
    JsonNode root = JsonMapper.builder().build().readTree(damaged.out());
    assertThat(root.get("damage").size()).isEqualTo(1);
    assertThat(root.get("states").size()).isPositive();
  }

  @Test
  void inspect_noCheckpoint_namesThePath() {
    Cli.call("inspect", directory).failsWithOneLine(Main.FAILED).naming(directory, "_metadata");
    Path missing = directory.resolve("missing");
    Cli.call("inspect", missing).failsWithOneLine(Main.FAILED).naming(missing);
    assertThat(Cli.call("inspect").code()).isEqualTo(Main.USAGE);
  }
}
