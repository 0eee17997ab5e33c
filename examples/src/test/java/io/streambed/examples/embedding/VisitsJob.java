package io.streambed.examples.embedding;

import io.streambed.backend.Store;
import io.streambed.checkpoint.CoordinatorOptions;
import io.streambed.connector.FileSink;
import io.streambed.job.Job;
import io.streambed.job.JobBuilder;
import io.streambed.job.KeyedContext;
import io.streambed.job.KeyedHandler;
import io.streambed.job.Poll;
import io.streambed.job.Source;
import io.streambed.job.SplitContext;
import io.streambed.job.SplitReader;
import io.streambed.rocksdb.RocksStore;
import io.streambed.runtime.JobHandle;
import io.streambed.runtime.JobResult;
import io.streambed.runtime.RestorePoint;
import io.streambed.runtime.RunOptions;
import io.streambed.runtime.Streambed;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import io.streambed.state.MapState;
import java.nio.file.Path;
import java.util.List;

/** Each user's visits by the hour, in files: a job with its state in RocksDB. */
public final class VisitsJob {
  private static final long HOUR_MILLIS = 3_600_000;

  private final Path directory;
  private final int parallelism;

  VisitsJob(Path directory, int parallelism) {
    this.directory = directory;
    this.parallelism = parallelism;
  }

  private Job job() {
    JobBuilder job = Streambed.job("visits").parallelism(parallelism);
    job.source("clicks", new Clicks())
        .keyBy(user -> user)
        .process("hourly", VisitsJob::hourly)
        .sink("lines", FileSink.lines(directory.resolve("output")));
    return job.build();
  }

  /** Its checkpoints are incremental unless RunOptions say otherwise. */
  private Store rocksdb() {
    return RocksStore.in(directory, options -> options.withMemoryBytes(64L << 20));
  }

  /** To the end. After a crash the same call goes on, at this or another parallelism. */
  JobResult run() {
    RunOptions options =
        RunOptions.defaults()
            .withCheckpoints(CoordinatorOptions.DEFAULT.withIntervalMillis(1_000).withRetained(3));
    return Streambed.run(job(), rocksdb(), options);
  }

  /** Begins or goes on, and ends with a savepoint after some elements. */
  String stopWithSavepoint() throws InterruptedException {
    JobHandle running = Streambed.start(job(), rocksdb());
    while (running.recordsRead() < 10_000) {
      Thread.sleep(1);
    }
    String savepoint = running.stopWithSavepoint().join();
    running.await();
    return savepoint;
  }

  /** From a savepoint to the end on the heap: a savepoint is restored by every store. */
  JobResult restoreOnHeap(String savepoint) {
    RunOptions options = RunOptions.defaults().withRestore(new RestorePoint.At(savepoint));
    return Streambed.run(job(), Store.heap(directory.resolve("heap")), options);
  }

  public static void main(String[] args) throws InterruptedException {
    Path directory = Path.of(args[0]);
    String savepoint = new VisitsJob(directory, 2).stopWithSavepoint();
    System.out.println(new VisitsJob(directory, 3).restoreOnHeap(savepoint));
  }

  /** A count for each hour: clicks of the next one come before the watermark ends this one. */
  private static KeyedHandler<String> hourly(KeyedContext<String, String> context) {
    MapState<Long, Long> counts = context.map("counts", Long.class, Long.class);
    return KeyedHandler.of(
        (user, timestampMillis) -> {
          long hour = timestampMillis / HOUR_MILLIS;
          Long count = counts.get(hour);
          counts.put(hour, count == null ? 1 : count + 1);
          context.registerEventTimer((hour + 1) * HOUR_MILLIS - 1);
        },
        timestampMillis -> {
          long hour = timestampMillis / HOUR_MILLIS;
          context.emit(hour + "," + context.key() + "," + counts.get(hour));
          counts.remove(hour);
        });
  }

  /** Stands for a log that can be read again from an offset: one click a second in each split. */
  static final class Clicks implements Source<String, Long> {
    static final int SPLITS = 4;
    static final int USERS = 50;
    static final long CLICKS = 100_000;

    @Override
    public List<String> splits() {
      return List.of("0", "1", "2", "3");
    }

    @Override
    public Serializer<Long> positionSerializer() {
      return Serializers.longs();
    }

    @Override
    public SplitReader<String, Long> open(SplitContext<Long> context) {
      int split = Integer.parseInt(context.split());
      return new SplitReader<>() {
        private long read = context.position().orElse(0L);

        @Override
        public Poll poll() {
          return read++ < CLICKS ? Poll.ELEMENT : Poll.END;
        }

        @Override
        public String element() {
          return "user-" + ((read - 1) * SPLITS + split) % USERS;
        }

        @Override
        public long timestampMillis() {
          return read * 1_000;
        }

        @Override
        public long watermark() {
          return read * 1_000 - 1;
        }

        @Override
        public Long position() {
          return Math.min(read, CLICKS);
        }

        @Override
        public void close() {}
      };
    }
  }
}
