package io.streambed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.cli.Choices.Backend;
import io.streambed.cli.Cli.Result;
import io.streambed.file.LocalFileSystem;
import io.streambed.snapshot.StreamHandle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code inspect} on an incremental checkpoint of a job that was killed in the middle. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class InspectIncrementalTest {
  @TempDir Path directory;
  private FlightsRun run;

  @BeforeEach
  void prepare() throws IOException {
    run =
        new FlightsRun(Cli.januaryFile(directory, 20_000), Home.rules(), directory, 10)
            .on(Backend.ROCKSDB);
    Cli.killInTheMiddle(run);
  }

  private List<Path> sharedFiles() {
    return FileCheckpointStorage.open(new LocalFileSystem(), run.checkpoints())
        .metadata()
        .operators()
        .stream()
        .flatMap(operator -> operator.subtasks().stream())
        .flatMap(subtask -> subtask.streams())
        .filter(StreamHandle.Shared.class::isInstance)
        .map(file -> run.checkpoints().resolve("shared").resolve(file.fileId() + ".data"))
        .distinct()
        .toList();
  }

  @Test
  void inspect_text_showsStatesFilesAndLevels() {
    Result result = Cli.call("inspect", run.checkpoints(), "--verify").succeeds();
    int files = sharedFiles().size();
    assertThat(files).isPositive();
    assertThat(result.out())
        .containsPattern("restored by +the store rocksdb only")
        .containsPattern("waiting-flights +map +[1-9][0-9,]* +[1-9][0-9.]* K?i?B +[1-9]")
        .containsPattern("totals +value +[1-9][0-9,]* +[1-9][0-9.]* K?i?B +[1-9]")
        .containsPattern("_timers/event-time +queue +[1-9]")
        .containsPattern("OPERATOR +STATE +LEVEL +FILES +SIZE")
        .containsPattern("totals +totals +[0-9] +[1-9][0-9]* +[1-9][0-9.]* K?i?B")
        .contains("may refer to them too: " + files + " files")
        .contains(files + " of the streams are shared files");
  }

  @Test
  void inspect_json_sumsUpTheSharedFiles() throws IOException {
    Result result = Cli.call("inspect", run.checkpoints(), "--json").succeeds();
    JsonNode root = JsonMapper.builder().build().readTree(result.out());
    assertThat(root.get("storesNeeded").get(0).asString()).isEqualTo("rocksdb");
    long files = 0;
    long bytes = 0;
    for (JsonNode operator : root.get("operators")) {
      long inStates = 0;
      for (JsonNode state : operator.get("states")) {
        for (JsonNode level : state.get("levels")) {
          inStates += level.get("bytes").asLong();
        }
      }
      JsonNode shared = operator.get("inSharedDirectory");
      // Small ones are in manifests.
      assertThat(shared.get("bytes").asLong()).isLessThanOrEqualTo(inStates);
      assertThat(operator.get("bytes").asLong()).isGreaterThan(inStates);
      files += shared.get("number").asLong();
      bytes += shared.get("bytes").asLong();
    }
    long onDisk = 0;
    for (Path file : sharedFiles()) {
      onDisk += Files.size(file);
    }
    assertThat(files).isEqualTo(sharedFiles().size());
    assertThat(bytes).isEqualTo(onDisk).isPositive();
  }

  @Test
  void inspect_verify_findsDamageInEverySharedFile() throws IOException {
    for (Path file : sharedFiles()) {
      byte[] good = Files.readAllBytes(file);
      byte[] flipped = good.clone();
      flipped[good.length / 3] ^= 16;
      Files.write(file, flipped);
      Cli.call("inspect", run.checkpoints(), "--verify")
          .failsWithOneLine(Main.DAMAGED)
          .naming(file, "checksum");
      Files.write(file, Arrays.copyOf(good, good.length + 1));
      Cli.call("inspect", run.checkpoints(), "--verify")
          .failsWithOneLine(Main.DAMAGED)
          .naming(file);
      Files.delete(file);
      Cli.call("inspect", run.checkpoints(), "--verify")
          .failsWithOneLine(Main.DAMAGED)
          .naming(file);
      Files.write(file, good);
    }
    Cli.call("inspect", run.checkpoints(), "--verify").succeeds();
  }

  @Test
  void inspect_damagedManifestOrMetadata_namesTheFile() throws IOException {
    Path latest =
        Path.of(FileCheckpointStorage.open(new LocalFileSystem(), run.checkpoints()).location());
    Path metadata = latest.resolve("_metadata");
    byte[] bytes = Files.readAllBytes(metadata);
    bytes[bytes.length / 2] ^= 1;
    Files.write(metadata, bytes);
    Cli.call("inspect", run.checkpoints()).failsWithOneLine(Main.DAMAGED).naming(metadata);
  }
}
