package io.streambed.cli;

import static io.streambed.snapshot.SnapshotType.CHECKPOINT;
import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.checkpoint.ClaimedCheckpoints;
import io.streambed.cli.Cli.Result;
import io.streambed.cli.inspect.SampleDirectory;
import io.streambed.heap.HeapKeyedStoreFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code gc} on a directory in which a process died. */
class GcCommandTest {
  @TempDir Path directory;
  private Path root;
  private Path unlisted;
  private SampleDirectory job;

  @BeforeEach
  void prepare() throws IOException {
    root = directory.resolve("job");
    job = new SampleDirectory(root, new HeapKeyedStoreFactory()).take(CHECKPOINT);
    unlisted = Files.createDirectory(root.resolve("chk-2-1"));
    Files.write(unlisted.resolve("_metadata"), new byte[2_000]);
    Files.write(root.resolve("notes.txt"), new byte[1]);
  }

  @Test
  void gc_dryRun_listsAndChangesNothing() {
    for (Object[] arguments : new Object[][] {{"gc", root}, {"gc", root, "--dry-run"}}) {
      Result result = Cli.call(arguments).succeeds();
      assertThat(result.out())
          .containsPattern("unlisted checkpoint +1 +2.0 KiB +chk-2-1\n")
          .containsPattern("Left alone.*\n +notes.txt\n")
          .contains("To delete with --delete: 1 file, 2.0 KiB")
          .contains("If a job runs in this directory");
      assertThat(unlisted).exists();
    }
  }

  @Test
  void gc_delete_deletesAndThenFindsNothing() {
    Result result = Cli.call("gc", root, "--delete").succeeds();
    assertThat(result.out()).contains("chk-2-1").contains("Deleted: 1 file, 2.0 KiB");
    assertThat(unlisted).doesNotExist();
    assertThat(root.resolve("notes.txt")).exists();
    assertThat(Cli.call("gc", root).succeeds().out()).contains("Nothing to delete");
    Cli.call("verify", root).succeeds();
  }

  @Test
  void gc_json_holdsTheSame() {
    Result result = Cli.call("gc", root, "--json").succeeds();
    JsonNode json = JsonMapper.builder().build().readTree(result.out());
    assertThat(json.get("job").asString()).isEqualTo("counts");
    assertThat(json.get("deleted").asBoolean()).isFalse();
    assertThat(json.get("files").asInt()).isEqualTo(1);
    assertThat(json.get("bytes").asLong()).isEqualTo(2_000);
    JsonNode orphan = json.get("orphans").get(0);
    assertThat(orphan.get("path").asString()).isEqualTo(unlisted.toString());
    assertThat(orphan.get("kind").asString()).isEqualTo("unlisted-checkpoint");
    assertThat(json.get("leftAlone").get(0).asString()).endsWith("notes.txt");
  }

  @Test
  void gc_whileTheJobRuns_listsButDeletesNothing() {
    try (ClaimedCheckpoints claim = job.claim()) {
      // The claim has removed what was there, so the job gets something that is not on the list.
      claim.begin(7, CHECKPOINT);
      assertThat(Cli.call("gc", root).succeeds().out()).contains("chk-7-2");
      Cli.call("gc", root, "--delete").failsWithOneLine(Main.FAILED).naming(root, "is held");
      assertThat(root.resolve("chk-7-2")).exists();
    }
  }

  @Test
  void gc_damagedCheckpoint_deletesNothing() throws IOException {
    Path metadata = root.resolve("chk-1-1/_metadata");
    Files.write(metadata, new byte[10]);
    Cli.call("gc", root, "--delete")
        .failsWithOneLine(Main.DAMAGED)
        .naming("nothing was deleted", metadata);
    assertThat(unlisted).exists();
  }

  @Test
  void gc_wrongUse_saysSo() {
    assertThat(Cli.call("gc", root, "--dry-run", "--delete").code()).isEqualTo(Main.USAGE);
    assertThat(Cli.call("gc").code()).isEqualTo(Main.USAGE);
    Path nothing = directory.resolve("nothing");
    Cli.call("gc", nothing, "--delete").failsWithOneLine(Main.FAILED).naming(nothing);
    assertThat(nothing).doesNotExist();
    assertThat(unlisted).exists();
  }
}
