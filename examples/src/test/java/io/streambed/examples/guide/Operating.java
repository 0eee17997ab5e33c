package io.streambed.examples.guide;

import io.streambed.backend.Store;
import io.streambed.checkpoint.CoordinatorOptions;
import io.streambed.job.Job;
import io.streambed.job.KeyedContext;
import io.streambed.job.KeyedHandler;
import io.streambed.rocksdb.RocksStore;
import io.streambed.runtime.JobEvent;
import io.streambed.runtime.JobHandle;
import io.streambed.runtime.RestartPolicy;
import io.streambed.runtime.RestorePoint;
import io.streambed.runtime.RunOptions;
import io.streambed.runtime.Streambed;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** The parts of docs/operating.md: a job over a log that grows. */
final class Operating {
  private Operating() {}

  static Job job(Path log, Path output, int parallelism) {
    return Streambed.job("lines")
        .parallelism(parallelism)
        .source("log", new LogSource(log.getParent(), List.of("log")))
        .keyBy(line -> line)
        .process("count", Operating::count)
        .sink("output", new BatchSink(output))
        .build();
  }

  private static KeyedHandler<String> count(KeyedContext<String, String> context) {
    var count = context.value("count", Long.class, 0L);
    return (line, timestampMillis) -> {
      count.update(count.value() + 1);
      context.emit(line + " " + count.value());
    };
  }

  static JobHandle start(Job job, Path directory, Consumer<String> status) {
    RunOptions options =
        RunOptions.defaults()
            .withCheckpoints(CoordinatorOptions.DEFAULT.withIntervalMillis(1_000).withRetained(3))
            .withRestarts(new RestartPolicy(10, 1_000))
            .withListener(
                event -> {
                  if (event instanceof JobEvent.CheckpointCompleted done) {
                    status.accept("checkpoint " + done.checkpointId() + ": " + done.bytes() + " B");
                  }
                });
    return Streambed.start(job, RocksStore.in(directory), options);
  }

  static JobHandle startWithLocalCopies(Job job, Store store) {
    RunOptions options =
        RunOptions.defaults().withLocalRecovery(Path.of("/local-disk/visits-copies"), 20L << 30);
    return Streambed.start(job, store, options);
  }

  static String stop(JobHandle running) {
    String savepoint = running.stopWithSavepoint().join();
    running.await();
    return savepoint;
  }

  static JobHandle resume(Job job, Path directory, String savepoint) {
    RunOptions options = RunOptions.defaults().withRestore(new RestorePoint.At(savepoint));
    return Streambed.start(job, Store.heap(directory), options);
  }
}
