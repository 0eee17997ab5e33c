package io.streambed.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.streambed.backend.StateBackend;
import io.streambed.backend.Store;
import io.streambed.checkpoint.CoordinatorOptions;
import io.streambed.checkpoint.MemoryCheckpointStorage;
import io.streambed.entry.Limits;
import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.job.Job;
import io.streambed.job.JobBuilder;
import io.streambed.job.KeyedContext;
import io.streambed.job.KeyedFunction;
import io.streambed.job.KeyedHandler;
import io.streambed.job.NumberedReader;
import io.streambed.job.NumberedSource;
import io.streambed.job.SinkWriter;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import io.streambed.state.MapStateDescriptor;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A job that puts more than the limit: it fails at once, whoever notices. */
@Timeout(120)
class OversizedEntryTest {
  private static final String TOO_LONG = "x".repeat(Limits.MAX_KEY_BYTES + 1);

  private final List<JobEvent> events = new CopyOnWriteArrayList<>();

  @Test
  void run_userKeyWhoseSizeIsKnownAtThePut_failsTheTaskThere() {
    String message = failure(Serializers.strings(), text -> text);
    assertThat(message)
        .contains("subtask 0 of operator \"counts\" failed")
        .contains("user key \"xxx", "state \"seen\"", "1048581", "1048576", "shorter");
  }

  @Test
  void run_userKeyWhoseSizeOnlyTheSnapshotTells_failsTheTaskWithoutADeclinedCheckpoint() {
    Serializer<List<String>> texts = Serializers.list(Serializers.strings());
    String message = failure(texts, List::of);
    assertThat(message)
        .contains("subtask 0 of operator \"counts\" failed")
        .contains("user key \"[xxx", "state \"seen\"", "1048582", "1048576", "shorter")
        .doesNotContain("in a row");
    assertThat(events).filteredOn(JobEvent.Restarting.class::isInstance).hasSize(1);
  }

  /** What a job says that puts a user key beyond the limit and would then run for ever. */
  private <U> String failure(Serializer<U> userKeys, Function<String, U> userKey) {
    RunOptions options =
        RunOptions.defaults()
            .withCheckpoints(CoordinatorOptions.DEFAULT.withIntervalMillis(5))
            .withRestarts(new RestartPolicy(1, 0))
            .withListener(events::add);
    StateBackend backend =
        StateBackend.of(
            new HeapKeyedStoreFactory(), new MemoryCheckpointStorage(5 << 20, UUID::randomUUID));
    JobBuilder builder = new JobBuilder("test").maxParallelism(8);
    builder
        .source("numbers", new Endless())
        .keyBy(number -> number % 3, Serializers.longs())
        .process("counts", new Counts<>(userKeys, userKey.apply(TOO_LONG)))
        .sink("sink", new NoSink());
    Job job = builder.build();
    Throwable failure = catchThrowable(() -> Streambed.run(job, Store.of(backend), options));
    assertThat(failure).isInstanceOf(JobFailedException.class);
    return failure.getMessage();
  }

  private record Counts<U>(Serializer<U> userKeys, U tooLarge)
      implements KeyedFunction<Long, Long, String> {
    @Override
    public KeyedHandler<Long> open(KeyedContext<Long, String> context) {
      var state = context.state(new MapStateDescriptor<>("seen", userKeys, Serializers.ints()));
      return (number, timestampMillis) -> {
        if (number == 1_000) {
          state.put(tooLarge, 1);
        }
      };
    }
  }

  private static final class Endless implements NumberedSource<Long> {
    @Override
    public int count() {
      return 1;
    }

    @Override
    public NumberedReader<Long> open(int split, long offset) {
      return new NumberedReader<>() {
        private long next = offset;

        @Override
        public Long next() {
          return next++;
        }

        @Override
        public long timestampMillis() {
          return 0;
        }

        @Override
        public long watermark() {
          return Long.MIN_VALUE;
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

  private static final class NoSink implements NamingSink<String> {
    @Override
    public SinkWriter<String, Committable> open(SinkContext<Committable> context) {
      return new SinkWriter<>() {
        @Override
        public void write(String result, long timestampMillis) {}

        @Override
        public List<Committable> prepare(long checkpointId) {
          return List.of();
        }

        @Override
        public Optional<Content> content(Committable committable) {
          return Optional.empty();
        }

        @Override
        public void commit(Committable committable) {}

        @Override
        public void close() {}
      };
    }
  }
}
