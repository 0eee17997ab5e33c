package io.streambed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.backend.Store;
import io.streambed.connector.CollectingSink;
import io.streambed.connector.QueueSource;
import io.streambed.job.Job;
import io.streambed.runtime.JobHandle;
import io.streambed.runtime.JobResult;
import io.streambed.runtime.RestorePoint;
import io.streambed.runtime.RunOptions;
import io.streambed.runtime.Streambed;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code stop} and {@code savepoint} of a job in this process, and of none. */
@Timeout(60)
class StopCommandTest {
  private final QueueSource<String> queue = new QueueSource<>(100);
  private final CollectingSink<Object> results = new CollectingSink<>();

  @TempDir Path directory;

  private Job job() {
    return Streambed.job("visits").source("clicks", queue).sink("results", results).build();
  }

  private JobHandle started() {
    JobHandle running = Streambed.start(job(), Store.heap(directory));
    queue.offer("a click");
    while (running.recordsRead() == 0) {
      Thread.onSpinWait();
    }
    return running;
  }

  @Test
  void stop_byTheStoresDirectory_endsTheJobAndPrintsTheSavepoint() {
    JobHandle running = started();
    Cli.Result result = Cli.call("stop", directory);
    assertThat(result.code()).as(result.err()).isEqualTo(Main.OK);
    assertThat(result.out().lines()).as("the path alone").hasSize(1);
    Path savepoint = Path.of(result.out().strip());
    assertThat(savepoint.resolve("_metadata")).exists();
    result.naming("all results up to the savepoint", "RestorePoint.At");
    assertThat(running.await().savepoint()).contains(savepoint.toString());
    assertThat(results.results()).containsExactly("a click");
    queue.end();
    RunOptions from = RunOptions.defaults().withRestore(new RestorePoint.At(savepoint.toString()));
    // At once: the directory is free.
    assertThat(Streambed.run(job(), Store.heap(directory), from).end())
        .isEqualTo(JobResult.End.FINISHED);
  }

  @Test
  void savepoint_inJson_tellsAllFields() {
    JobHandle running = started();
    Cli.Result result = Cli.call("savepoint", directory.resolve("checkpoints"), "--json");
    JsonNode json = JsonMapper.builder().build().readTree(result.out());
    assertThat(result.code()).isEqualTo(Main.OK);
    assertThat(json.propertyNames())
        .containsExactly(
            "directory", "job", "attempt", "request", "outcome", "savepoint", "reason");
    assertThat(json.get("job").asString()).isEqualTo("visits");
    assertThat(json.get("request").asString()).isEqualTo("savepoint");
    assertThat(json.get("outcome").asString()).isEqualTo("done");
    assertThat(Path.of(json.get("savepoint").asString()).resolve("_metadata")).exists();
    assertThat(running.isDone()).isFalse();
    Cli.Result stopped = Cli.call("stop", directory, "--no-savepoint", "--json");
    json = JsonMapper.builder().build().readTree(stopped.out());
    assertThat(json.get("request").asString()).isEqualTo("cancel");
    assertThat(json.get("savepoint").isNull()).isTrue();
    assertThat(running.await().end()).isEqualTo(JobResult.End.CANCELLED);
  }

  @Test
  void stop_noProcessRunsTheJob_saysSo() {
    JobHandle running = started();
    running.cancel();
    running.await();
    for (String option : List.of("--drain", "--no-savepoint", "--json")) {
      Cli.call("stop", directory, option)
          .failsWithOneLine(Main.FAILED)
          .naming("job \"visits\" does not run");
    }
    assertThat(directory.resolve("checkpoints/control")).isEmptyDirectory();
  }

  @Test
  void stop_noDirectoryOfAJob_isOneLine() {
    Cli.call("stop", directory).failsWithOneLine(Main.FAILED).naming("_checkpoints");
    Cli.call("savepoint", directory.resolve("none"))
        .failsWithOneLine(Main.FAILED)
        .naming("is not a job's directory of checkpoints");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void stop_drainWithoutASavepoint_isWrongUsage() {
    assertThat(Cli.call("stop", directory, "--drain", "--no-savepoint").code())
        .isEqualTo(Main.USAGE);
  }
}
