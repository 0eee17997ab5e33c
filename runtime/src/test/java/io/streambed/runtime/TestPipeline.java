package io.streambed.runtime;

import io.streambed.backend.StateBackend;
import io.streambed.checkpoint.MemoryCheckpointStorage;
import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.job.DataStream;
import io.streambed.job.Job;
import io.streambed.job.JobBuilder;
import io.streambed.job.KeyedBroadcastFunction;
import io.streambed.job.KeyedBroadcastHandler;
import io.streambed.job.KeyedContext;
import io.streambed.job.NumberedReader;
import io.streambed.job.NumberedSource;
import io.streambed.job.Poll;
import io.streambed.job.SinkWriter;
import io.streambed.state.ValueState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A small job for tests: numbers in several splits; per key ({@code n % keys}) a running total in
 * value state, given out in windows of ten by event-time timers; factors that are broadcast beside
 * them; a sink that keeps what was committed in memory.
 */
final class TestPipeline {
  static final int KEYS = 17;
  final StateBackend backend =
      StateBackend.of(
          new HeapKeyedStoreFactory(), new MemoryCheckpointStorage(5 << 20, UUID::randomUUID));
  final Map<String, List<String>> committed = new ConcurrentHashMap<>();
  final Map<String, List<String>> prepared = new ConcurrentHashMap<>();

  /** Counts down with each element; at 0 the function fails, once. */
  final AtomicInteger untilFailure = new AtomicInteger(Integer.MAX_VALUE);

  /** Elements a split gives before it is idle, until {@link #release}. */
  final int holdAt;

  private volatile boolean released;

  TestPipeline() {
    this(Integer.MAX_VALUE);
  }

  TestPipeline(int holdAt) {
    this.holdAt = holdAt;
  }

  void release() {
    released = true;
  }

  Job job(int parallelism, int perSplit) {
    JobBuilder builder = new JobBuilder("test").maxParallelism(32).parallelism(parallelism);
    DataStream<Integer> names = builder.source("names", new Names());
    builder
        .source("numbers", new Numbers(perSplit))
        .keyBy(n -> n % KEYS)
        .process("running_totals", names, new Totals())
        .sink("sink", new MemorySink());
    return builder.build();
  }

  /** What an uninterrupted run commits. */
  static List<String> expected(int perSplit) {
    Map<Long, Long> totals = new TreeMap<>();
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < perSplit; i++) {
      for (long split = 0; split < Numbers.SPLITS; split++) {
        long number = i * Numbers.SPLITS + split;
        totals.merge(number % KEYS, number, Long::sum);
      }
    }
    totals.forEach((key, total) -> lines.add("end " + key + " " + total + " name-" + key % 5));
    return lines;
  }

  /** The lines "end ..." that were committed, sorted by key. */
  List<String> committedEnds() {
    return committed.values().stream()
        .flatMap(List::stream)
        .filter(line -> line.startsWith("end"))
        .sorted(Comparator.comparingLong(line -> Long.parseLong(line.split(" ")[1])))
        .toList();
  }

  private final class Numbers implements NumberedSource<Long> {
    static final int SPLITS = 5;
    private final int perSplit;

    Numbers(int perSplit) {
      this.perSplit = perSplit;
    }

    @Override
    public int count() {
      return SPLITS;
    }

    @Override
    public NumberedReader<Long> open(int split, long offset) {
      return new NumberedReader<>() {
        private long next = offset;

        @Override
        public Long next() {
          if (next >= perSplit) {
            return null;
          }
          return next++ * SPLITS + split;
        }

        @Override
        public Poll poll() throws IOException {
          return next >= holdAt && !released ? Poll.IDLE : super.poll();
        }

        @Override
        public long timestampMillis() {
          return next - 1;
        }

        @Override
        public long watermark() {
          return next - 2;
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

  /** Five names, known from the start. */
  private static final class Names implements NumberedSource<Integer> {
    @Override
    public int count() {
      return 1;
    }

    @Override
    public NumberedReader<Integer> open(int split, long offset) {
      return new NumberedReader<>() {
        private long next = offset;

        @Override
        public Integer next() {
          return next < 5 ? (int) next++ : null;
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

  private final class Totals implements KeyedBroadcastFunction<Long, Long, Integer, String> {
    @Override
    public KeyedBroadcastHandler<Long, Integer> open(KeyedContext<Long, String> context) {
      ValueState<Long> total = context.value("total", Long.class, 0L);
      var names = context.broadcast("names", Integer.class, String.class);
      return new KeyedBroadcastHandler<>() {
        @Override
        public void onElement(Long number, long timestampMillis) {
          if (untilFailure.decrementAndGet() == 0) {
            throw new IllegalStateException("told to fail");
          }
          total.update(total.value() + number);
          context.registerEventTimer(Long.MAX_VALUE - 1);
        }

        @Override
        public void onBroadcast(Integer number, long timestampMillis) {
          names.put(number, "name-" + number);
        }

        @Override
        public void onEventTimer(long timestampMillis) {
          long key = context.key();
          context.emit("end " + key + " " + total.value() + " " + names.get((int) (key % 5)), 0);
        }
      };
    }
  }

  private final class MemorySink implements NamingSink<String> {
    @Override
    public SinkWriter<String, Committable> open(SinkContext<Committable> context) {
      context.pending().forEach(this::commit);
      return new SinkWriter<>() {
        private final List<String> lines = new ArrayList<>();

        @Override
        public void write(String result, long timestampMillis) {
          lines.add(result);
        }

        @Override
        public List<Committable> prepare(long checkpointId) {
          if (lines.isEmpty()) {
            return List.of();
          }
          String name = checkpointId + "-" + context.subtask() + "-" + context.runId();
          prepared.put(name, List.copyOf(lines));
          lines.clear();
          return List.of(new Committable(checkpointId, name, prepared.get(name).size()));
        }

        @Override
        public Optional<Content> content(Committable committable) {
          return Optional.empty(); // The test keeps it in memory.
        }

        @Override
        public void commit(Committable committable) {
          MemorySink.this.commit(committable);
        }

        @Override
        public void close() {}
      };
    }

    private void commit(Committable committable) {
      committed.put(committable.name(), prepared.get(committable.name()));
    }
  }
}
