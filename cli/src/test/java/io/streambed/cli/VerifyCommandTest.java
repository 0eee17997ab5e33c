package io.streambed.cli;

import static io.streambed.snapshot.SnapshotType.CHECKPOINT;
import static io.streambed.snapshot.SnapshotType.SAVEPOINT;
import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.cli.Cli.Result;
import io.streambed.cli.inspect.SampleDirectory;
import io.streambed.heap.HeapKeyedStoreFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code verify} on a directory of two checkpoints and a savepoint. */
class VerifyCommandTest {
  @TempDir Path directory;
  private Path root;
  private Path first;
  private Path last;

  @BeforeEach
  void prepare() {
    root = directory.resolve("job");
    new SampleDirectory(root, new HeapKeyedStoreFactory()).take(CHECKPOINT, SAVEPOINT, CHECKPOINT);
    first = root.resolve("chk-1-1");
    last = root.resolve("chk-3-1");
  }

  private static void damage(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
  }

  private static Path dataFile(Path checkpoint) throws IOException {
    try (Stream<Path> files = Files.list(checkpoint)) {
      return files.filter(file -> file.toString().endsWith(".data")).findFirst().orElseThrow();
    }
  }

  private static JsonNode json(Result result) {
    return JsonMapper.builder().build().readTree(result.out());
  }

  @Test
  void verify_wholeDirectory_listsWhatWasRead() {
    Result result = Cli.call("verify", root).succeeds();
    assertThat(result.out())
        .containsPattern("checkpoint +1 .* chk-1-1\n")
        .containsPattern("savepoint +2 .* savepoint-2-[0-9a-f]{8}\n")
        .containsPattern("checkpoint +3 .* chk-3-1\n")
        .containsPattern("verified: 6 streams, [0-9.]+ KiB, 186 entries")
        .doesNotContain("DAMAGE");
    JsonNode json = json(Cli.call("verify", root, "--json").succeeds());
    assertThat(json.propertyNames())
        .containsExactlyInAnyOrder("path", "retained", "verified", "damage");
    assertThat(json.get("retained").size()).isEqualTo(3);
    assertThat(json.get("verified").get("streams").asInt()).isEqualTo(6);
    assertThat(json.get("damage").size()).isZero();
  }

  @Test
  void verify_oneCheckpoint_readsThatOnly() {
    assertThat(Cli.call("verify", last).succeeds().out()).contains("verified: 2 streams");
  }

  @Test
  void verify_damageInSeveral_listsAllAndGoesOn() throws IOException {
    // Also of the latest, of which nothing can be read.
    damage(last.resolve("_metadata"));
    Path data = dataFile(first);
    damage(data);
    Cli.call("verify", root).failsWithOneLine(Main.DAMAGED).naming(data, "and 1 more");
    JsonNode json = json(Cli.call("verify", root, "--json").failsWithOneLine(Main.DAMAGED));
    assertThat(json.get("damage").valueStream().map(damage -> damage.get("file").asString()))
        .containsExactly(data.toString(), last.resolve("_metadata").toString());
    assertThat(json.get("damage").get(0).get("offset").asLong()).isPositive();
    assertThat(json.get("damage").get(0).get("problem").asString()).contains("checksum");
    assertThat(json.get("retained").valueStream().map(each -> each.get("damaged").asBoolean()))
        .containsExactly(true, true, false);
  }

  @Test
  void verify_listIsDamaged_tellsWhichCheckpointsAreWhole() throws IOException {
    damage(root.resolve("_checkpoints"));
    damage(dataFile(first));
    Result result = Cli.call("verify", root).failsWithOneLine(Main.DAMAGED);
    result.naming(root.resolve("_checkpoints"), "and 1 more");
    assertThat(result.out())
        .containsPattern("chk-1-1 \\(damaged\\)\n")
        .containsPattern("chk-3-1\n")
        .contains(dataFile(first) + " at byte ");
  }

  private static void delete(Path checkpoint) throws IOException {
    try (Stream<Path> files = Files.list(checkpoint)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(checkpoint);
  }

  @Test
  void verify_anotherCheckpointInItsPlace_isDamage() throws IOException {
    // Whole in itself: only the list tells that it is another.
    delete(last);
    Files.createDirectory(last);
    try (Stream<Path> files = Files.list(first)) {
      for (Path file : files.toList()) {
        Files.copy(file, last.resolve(file.getFileName()));
      }
    }
    Cli.call("verify", root).failsWithOneLine(Main.DAMAGED).naming(last);
  }

  @Test
  void verify_listedCheckpointIsGone_isDamage() throws IOException {
    delete(first);
    Cli.call("verify", root).failsWithOneLine(Main.DAMAGED).naming(first);
  }

  @Test
  void verify_noCheckpoints_saysWhatIsMissing() throws IOException {
    Path empty = Files.createDirectory(directory.resolve("empty"));
    Path nothing = directory.resolve("nothing");
    Path file = Files.write(directory.resolve("file"), new byte[100]);
    Path fresh = directory.resolve("fresh");
    new SampleDirectory(fresh, new HeapKeyedStoreFactory()).claim().close();
    Cli.call("verify", empty).failsWithOneLine(Main.FAILED).naming(empty, "is neither");
    Cli.call("verify", nothing).failsWithOneLine(Main.FAILED).naming(nothing, "does not exist");
    Cli.call("verify", file).failsWithOneLine(Main.FAILED).naming(file, "is a file");
    Cli.call("verify", fresh).failsWithOneLine(Main.FAILED).naming("no complete checkpoint");
    assertThat(Cli.call("verify").code()).isEqualTo(Main.USAGE);
  }

  @Test
  void verify_checkpointOfFlink_saysThatItIsFlinks() throws IOException {
    Path flink = Files.createDirectories(directory.resolve("flink/chk-7"));
    Files.write(flink.resolve("_metadata"), new byte[] {0x49, 0x60, 0x67, 0x2D, 0, 0, 0, 3});
    Cli.call("verify", flink).failsWithOneLine(Main.FAILED).naming("Apache Flink");
    Cli.call("verify", flink.getParent()).failsWithOneLine(Main.FAILED).naming("Apache Flink");
  }
}
