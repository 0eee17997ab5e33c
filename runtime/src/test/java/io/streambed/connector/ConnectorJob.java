package io.streambed.connector;

import io.streambed.backend.StateBackend;
import io.streambed.backend.Store;
import io.streambed.checkpoint.CoordinatorOptions;
import io.streambed.checkpoint.MemoryCheckpointStorage;
import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.job.DataStream;
import io.streambed.job.Job;
import io.streambed.job.JobBuilder;
import io.streambed.job.Sink;
import io.streambed.job.Source;
import io.streambed.runtime.JobEvent;
import io.streambed.runtime.JobResult;
import io.streambed.runtime.RestartPolicy;
import io.streambed.runtime.RunOptions;
import io.streambed.runtime.Streambed;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

/** Runs jobs that bring the elements of one source into one sink, and can fail on the way. */
final class ConnectorJob {
  final StateBackend backend =
      StateBackend.of(
          new HeapKeyedStoreFactory(), new MemoryCheckpointStorage(5 << 20, UUID::randomUUID));
  private final AtomicBoolean checkpointed = new AtomicBoolean();

  /** Checkpoints all the time, and restarts at once. */
  RunOptions options() {
    return RunOptions.defaults()
        .withCheckpoints(CoordinatorOptions.DEFAULT.withIntervalMillis(1))
        .withRestarts(new RestartPolicy(3, 0))
        .withListener(
            event -> {
              if (event instanceof JobEvent.CheckpointCompleted) {
                checkpointed.set(true);
              }
            });
  }

  static <T> Job job(Source<T, ?> source, Sink<? super T, ?> sink) {
    JobBuilder builder = new JobBuilder("connect");
    builder.source("in", source).sink("out", sink);
    return builder.build();
  }

  /**
   * A job that fails twice: at an element, and at the first one that comes in a later run when a
   * checkpoint is complete.
   */
  <T> Job failingJob(Source<T, ?> source, T failAt, Sink<? super T, ?> sink) {
    AtomicBoolean first = new AtomicBoolean();
    AtomicBoolean second = new AtomicBoolean();
    JobBuilder builder = new JobBuilder("connect");
    DataStream<T> stream = builder.source("in", source);
    stream.sink("out", sink);
    stream.sink(
        "failing",
        new ForEachSink<T>(
            element -> {
              if (element.equals(failAt) && first.compareAndSet(false, true)
                  || first.get() && checkpointed.get() && second.compareAndSet(false, true)) {
                throw new IllegalStateException("told to fail");
              }
            }));
    return builder.build();
  }

  JobResult run(Job job) {
    return Streambed.run(job, Store.of(backend), options());
  }
}
