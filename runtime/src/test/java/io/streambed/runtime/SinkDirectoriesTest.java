package io.streambed.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.backend.StateBackend;
import io.streambed.backend.Store;
import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.checkpoint.FileStorageOptions;
import io.streambed.connector.FileSink;
import io.streambed.connector.Line;
import io.streambed.connector.LineFileOptions;
import io.streambed.connector.LineFileSource;
import io.streambed.error.FencedException;
import io.streambed.file.FileSystem;
import io.streambed.file.LocalFileSystem;
import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.job.DataStream;
import io.streambed.job.Job;
import io.streambed.job.JobBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sinks that would write over each other or into the checkpoints; results that are null. */
class SinkDirectoriesTest {
  @TempDir Path directory;

  private final FileSystem files = new LocalFileSystem();

  /** Gives the same result for each line. */
  private Job job(String result, Path... outputs) throws IOException {
    Path input = Files.writeString(directory.resolve("input"), "a\nb\n");
    JobBuilder builder = new JobBuilder("sinks");
    DataStream<String> results = builder.source("lines", lines(input)).map(line -> result);
    for (int i = 0; i < outputs.length; i++) {
      results.sink("sink-" + i, FileSink.lines(outputs[i]).withFileSystem(files));
    }
    return builder.build();
  }

  private LineFileSource<String> lines(Path input) {
    return new LineFileSource<>(
        files,
        input,
        LineFileOptions.DEFAULT,
        (number, text) -> new Line.Accepted<>(number, number, text));
  }

  private JobResult run(Job job) {
    StateBackend backend =
        StateBackend.of(
            new HeapKeyedStoreFactory(),
            new FileCheckpointStorage(
                files, FileStorageOptions.in(directory.resolve("checkpoints")), UUID::randomUUID));
    return Streambed.run(
        job, Store.of(backend), RunOptions.defaults().withRestarts(RestartPolicy.NEVER));
  }

  @Test
  void build_twoSinksInOneDirectory_namesBoth() {
    Path output = directory.resolve("output");
    assertThatThrownBy(() -> job("x", output, directory.resolve("other/../output/.")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("sinks \"sink-0\" and \"sink-1\" both write")
        .hasMessageContaining(output.toString());
  }

  @Test
  void run_twoSinksInOneDirectoryThroughALink_blamesTheOtherSinkToo() throws IOException {
    Path output = Files.createDirectory(directory.resolve("output"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), output);
    assertThatThrownBy(() -> run(job("x", output, link)))
        .isInstanceOf(FencedException.class)
        .hasMessageContaining("by another sink of this job");
  }

  @Test
  void run_outputInsideOrAroundTheCheckpoints_isRefusedAndNamesBoth() {
    for (String output : List.of("checkpoints", "checkpoints/out", ".")) {
      assertThatThrownBy(() -> run(job("x", directory.resolve(output))))
          .as(output)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(
              "sink \"sink-0\" writes to " + directory.resolve(output).normalize())
          .hasMessageContaining("checkpoints are in " + directory.resolve("checkpoints"));
    }
    assertThat(directory.resolve("checkpoints")).doesNotExist();
  }

  @Test
  void run_twoSinksSideBySide_tellsRecordsBySource() throws IOException {
    JobResult result = run(job("x", directory.resolve("output"), directory.resolve("output-2")));
    assertThat(result.recordsBySource()).isEqualTo(Map.of("lines", 2L));
    assertThat(result.recordsRead()).isEqualTo(2);
  }

  @Test
  void emit_null_blamesTheFunctionThatEmittedIt() {
    assertThatThrownBy(() -> run(job(null, directory.resolve("output"))))
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("step \"lines/map-1\" failed for the element Accepted[")
        .hasMessageContaining("gave null as a result")
        .hasRootCauseInstanceOf(IllegalArgumentException.class);
  }
}
