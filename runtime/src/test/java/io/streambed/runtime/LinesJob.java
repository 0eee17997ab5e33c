package io.streambed.runtime;

import io.streambed.backend.StateBackend;
import io.streambed.backend.Store;
import io.streambed.checkpoint.CoordinatorOptions;
import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.checkpoint.FileStorageOptions;
import io.streambed.connector.FileSink;
import io.streambed.file.AtomicFile;
import io.streambed.file.FileSystem;
import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.job.Job;
import io.streambed.job.JobBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A job of numbers from 0 on, for tests that look at its directories. Each number comes out as it
 * went in, made of its key and of how many of that key came before: a lost or repeated count shows.
 */
final class LinesJob {
  static final Path ROOT = Path.of("/checkpoints");
  static final Path SAVEPOINTS = Path.of("/savepoints");
  static final Path OUTPUT = Path.of("/out");

  final FedSource source = new FedSource();

  Job job(FileSystem files, int parallelism) {
    JobBuilder builder = new JobBuilder("lines").maxParallelism(8).parallelism(parallelism);
    builder
        .source("numbers", source)
        .keyBy(number -> number % 7)
        .<Long>process(
            "count",
            context -> {
              var count = context.value("count", Long.class, 0L);
              return (number, timestampMillis) -> {
                context.emit(context.key() + 7 * count.value());
                count.update(count.value() + 1);
              };
            })
        .sink("lines", FileSink.lines(OUTPUT).withFileSystem(files));
    return builder.build();
  }

  static Store store(FileSystem files) {
    return Store.of(
        StateBackend.of(
            new HeapKeyedStoreFactory(),
            new FileCheckpointStorage(
                files,
                FileStorageOptions.in(ROOT).withSavepointRoot(SAVEPOINTS),
                UUID::randomUUID)));
  }

  static RunOptions options(long intervalMillis, RestorePoint from) {
    return RunOptions.defaults()
        .withCheckpoints(CoordinatorOptions.DEFAULT.withIntervalMillis(intervalMillis))
        .withRestarts(RestartPolicy.NEVER)
        .withRestore(from);
  }

  /** Starts the job. */
  JobHandle start(FileSystem files, int parallelism, RunOptions options) {
    return Streambed.start(job(files, parallelism), store(files), options);
  }

  /** The visible files. */
  static List<Path> parts(FileSystem files) throws IOException {
    if (!files.exists(OUTPUT)) {
      return List.of();
    }
    return files.list(OUTPUT).stream()
        .filter(path -> path.getFileName().toString().startsWith("part-"))
        .toList();
  }

  /** The visible numbers, sorted. */
  static List<Long> visible(FileSystem files) throws IOException {
    List<Long> numbers = new ArrayList<>();
    for (Path path : parts(files)) {
      new String(AtomicFile.read(files, path, 1 << 20), StandardCharsets.UTF_8)
          .lines()
          .map(Long::valueOf)
          .forEach(numbers::add);
    }
    numbers.sort(null);
    return numbers;
  }
}
