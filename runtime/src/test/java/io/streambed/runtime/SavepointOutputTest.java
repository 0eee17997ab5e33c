package io.streambed.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.backend.StateBackend;
import io.streambed.backend.Store;
import io.streambed.checkpoint.CoordinatorOptions;
import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.checkpoint.FileStorageOptions;
import io.streambed.connector.FileSink;
import io.streambed.error.StorageException;
import io.streambed.file.LocalFileSystem;
import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.job.Job;
import io.streambed.job.JobBuilder;
import io.streambed.job.NumberedReader;
import io.streambed.job.NumberedSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Savepoints of a job that writes files: they need nothing of the job's other directories. */
class SavepointOutputTest {
  private static final int ELEMENTS = 2_000;

  /** So long that several pieces of a savepoint hold it. */
  private static final String FILL = "x".repeat(500);

  @TempDir Path directory;

  /** Numbers from 0, slowly unless the pace is 0. */
  private record Numbers(long paceNanos) implements NumberedSource<Integer> {
    @Override
    public int count() {
      return 1;
    }

    @Override
    public NumberedReader<Integer> open(int split, long offset) {
      return new NumberedReader<>() {
        private int next = (int) offset;

        @Override
        public Integer next() {
          if (paceNanos > 0) {
            LockSupport.parkNanos(paceNanos);
          }
          return next < ELEMENTS ? next++ : null;
        }

        @Override
        public long timestampMillis() {
          return next;
        }

        @Override
        public long watermark() {
          return next - 1L;
        }

        @Override
        public long offset() {
          return next;
        }

        @Override
        public void close() {}
      };
    }
  }

  private static Job job(Path output, long paceNanos) {
    JobBuilder builder = new JobBuilder("lines").parallelism(2);
    builder
        .source("numbers", new Numbers(paceNanos))
        .keyBy(number -> number)
        .<String>process("line", context -> (number, time) -> context.emit(number + "," + FILL))
        .sink("out", FileSink.lines(output));
    return builder.build();
  }

  private StateBackend backend(String checkpoints) {
    return StateBackend.of(
        new HeapKeyedStoreFactory(),
        new FileCheckpointStorage(
            new LocalFileSystem(),
            FileStorageOptions.in(directory.resolve(checkpoints))
                .withSavepointRoot(directory.resolve("savepoints")),
            UUID::randomUUID));
  }

  private static RunOptions options(long intervalMillis, RestorePoint restore) {
    return RunOptions.defaults()
        .withCheckpoints(CoordinatorOptions.DEFAULT.withIntervalMillis(intervalMillis))
        .withRestarts(RestartPolicy.NEVER)
        .withRestore(restore);
  }

  /** Runs until a savepoint is taken, and stops. */
  private String savepoint(Path output, long intervalMillis) {
    JobHandle handle =
        Streambed.start(
            job(output, 200_000),
            Store.of(backend("checkpoints")),
            options(intervalMillis, new RestorePoint.Nothing()));
    String savepoint;
    int completed = 0;
    do {
      savepoint = handle.savepoint().join();
      completed++;
    } while (completed < 3);
    handle.cancel();
    assertThat(handle.await().end()).isEqualTo(JobResult.End.CANCELLED);
    return savepoint;
  }

  private static Map<String, List<String>> parts(Path output) throws IOException {
    Map<String, List<String>> parts = new TreeMap<>();
    try (Stream<Path> paths = Files.list(output)) {
      for (Path path : paths.toList()) {
        String name = path.getFileName().toString();
        if (name.startsWith("part-")) {
          parts.put(name, Files.readAllLines(path));
        }
      }
    }
    return parts;
  }

  private static void assertEachLineOnce(Map<String, List<String>> parts) {
    List<Integer> numbers = new ArrayList<>();
    parts.values().forEach(lines -> lines.forEach(line -> numbers.add(number(line))));
    assertThat(numbers)
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, ELEMENTS).boxed().toList());
  }

  private static int number(String line) {
    assertThat(line).endsWith(FILL);
    return Integer.parseInt(line.substring(0, line.indexOf(',')));
  }

  private static void delete(Path path) throws IOException {
    new LocalFileSystem().deleteRecursively(path);
  }

  @Test
  void restore_outputAndCheckpointsAreGone_writesAllThatWasPending() throws IOException {
    Path output = directory.resolve("output");
    String savepoint = savepoint(output, 0);
    assertThat(parts(output)).as("visible without a checkpoint").isEmpty();
    delete(output);
    delete(directory.resolve("checkpoints"));
    for (String again : List.of("first", "second")) {
      Path elsewhere = directory.resolve("output-" + again);
      Streambed.run(
          job(elsewhere, 0), Store.of(backend(again)), options(0, new RestorePoint.At(savepoint)));
      assertEachLineOnce(parts(elsewhere));
    }
  }

  @Test
  void restore_afterTheJobWentOnFromAnEarlierCheckpoint_writesAllThatWasPending()
      throws IOException {
    Path output = directory.resolve("output");
    String savepoint = savepoint(output, 20);
    long id = Long.parseLong(Path.of(savepoint).getFileName().toString().split("-")[1]);
    Streambed.run(
        job(output, 0), Store.of(backend("checkpoints")), options(0, new RestorePoint.Latest()));
    Map<String, List<String>> all = parts(output);
    assertEachLineOnce(all);

    assertThatThrownBy(
            () ->
                Streambed.run(
                    job(output, 0),
                    Store.of(backend("again")),
                    options(0, new RestorePoint.At(savepoint))))
        .isInstanceOf(JobFailedException.class)
        .hasRootCauseInstanceOf(StorageException.class);

    Path elsewhere = directory.resolve("elsewhere");
    Streambed.run(
        job(elsewhere, 0), Store.of(backend("new")), options(0, new RestorePoint.At(savepoint)));
    Map<String, List<String>> parts = new TreeMap<>();
    all.forEach(
        (name, lines) -> {
          if (Long.parseLong(name.split("-")[1]) < id) {
            parts.put(name, lines);
          }
        });
    // What was being committed while the savepoint was taken is in both.
    parts.putAll(parts(elsewhere));
    assertEachLineOnce(parts);
  }
}
