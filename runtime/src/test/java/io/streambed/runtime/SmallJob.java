package io.streambed.runtime;

import io.streambed.job.Job;
import io.streambed.job.JobBuilder;
import io.streambed.job.KeyedContext;
import io.streambed.job.KeyedFunction;
import io.streambed.job.KeyedHandler;
import io.streambed.job.NumberedReader;
import io.streambed.job.NumberedSource;
import io.streambed.job.Sink.SinkContext;
import io.streambed.job.SinkWriter;
import io.streambed.job.Source;
import io.streambed.job.WatermarkStrategy;
import io.streambed.runtime.NamingSink.Committable;
import io.streambed.serial.Serializers;
import io.streambed.state.ValueState;
import io.streambed.state.ValueStateDescriptor;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/**
 * Source, function and sink of numbers, each with places where a test does what it likes. The
 * source gives a number for each permit; what is written is kept, what is committed too.
 */
final class SmallJob {
  static final ValueStateDescriptor<Long> COUNT =
      new ValueStateDescriptor<>("count", Serializers.longs(), 0L);

  /** Something that a test does at a place; it may throw or hang. */
  interface Act<T> {
    void on(T thing) throws IOException;
  }

  final Semaphore permits = new Semaphore(0);
  final List<Long> written = new CopyOnWriteArrayList<>();
  final Map<String, Integer> committed = new ConcurrentHashMap<>();
  final List<String> closed = new CopyOnWriteArrayList<>();
  int parallelism = 1;
  Source<Long, ?> source = new Numbers();
  WatermarkStrategy<Long> watermarks = WatermarkStrategy.ofSource();
  volatile long elements = Long.MAX_VALUE;
  Act<Long> onNext = number -> permits();
  Act<String> onReaderClose = reader -> {};
  Act<Long> onElement = number -> {};
  Act<Long> onWrite = number -> {};
  Act<String> onCommit = name -> {};
  Act<String> onWriterClose = writer -> {};
  Function<Long, Integer> key = number -> (int) (number % 7);

  /** Opens the function on a subtask; the state that it may use is {@link #COUNT}. */
  KeyedFunction<Integer, Long, Long> open = this::counting;

  /** Waits for a permit; ends when interrupted. */
  void permits() throws IOException {
    try {
      permits.acquire();
    } catch (InterruptedException e) {
      throw new IOException("interrupted", e);
    }
  }

  Job job() {
    boolean[] building = {true};
    JobBuilder builder = new JobBuilder("small").maxParallelism(8).parallelism(parallelism);
    builder
        .source("numbers", source, watermarks)
        .keyBy(number -> key.apply(number))
        .<Long>process("count", context -> building[0] ? counting(context) : open.open(context))
        .sink("sink", sink());
    building[0] = false;
    return builder.build();
  }

  NamingSink<Long> sink() {
    return context -> new Writer(context);
  }

  private KeyedHandler<Long> counting(KeyedContext<Integer, Long> context) {
    ValueState<Long> count = context.state(COUNT);
    return (number, timestampMillis) -> {
      call(onElement, number);
      count.update(count.value() + 1);
      context.emit(number, timestampMillis);
    };
  }

  static <T> void call(Act<T> act, T thing) {
    try {
      act.on(thing);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private final class Numbers implements NumberedSource<Long> {
    @Override
    public int count() {
      return 1;
    }

    @Override
    public NumberedReader<Long> open(int split, long offset) {
      return new NumberedReader<>() {
        private long next = offset;

        @Override
        public Long next() throws IOException {
          if (next == elements) {
            return null;
          }
          onNext.on(next);
          return next++;
        }

        @Override
        public long timestampMillis() {
          return next;
        }

        @Override
        public long watermark() {
          return next - 1;
        }

        @Override
        public long offset() {
          return next;
        }

        @Override
        public void close() throws IOException {
          closed.add("reader");
          onReaderClose.on("reader");
        }
      };
    }
  }

  private final class Writer implements SinkWriter<Long, Committable> {
    private final String run;
    private int lines;

    Writer(SinkContext<Committable> context) {
      run = context.runId() + "-" + context.subtask();
      context.pending().forEach(pending -> committed.put(pending.name(), (int) pending.length()));
    }

    @Override
    public void write(Long result, long timestampMillis) throws IOException {
      onWrite.on(result);
      written.add(result);
      lines++;
    }

    @Override
    public List<Committable> prepare(long checkpointId) {
      int prepared = lines;
      lines = 0;
      return prepared == 0
          ? List.of()
          : List.of(new Committable(checkpointId, run + "-" + checkpointId, prepared));
    }

    @Override
    public Optional<Content> content(Committable committable) {
      return Optional.empty(); // The committable says all.
    }

    @Override
    public void commit(Committable committable) throws IOException {
      onCommit.on(committable.name());
      committed.put(committable.name(), (int) committable.length());
    }

    @Override
    public void close() throws IOException {
      closed.add("writer");
      onWriterClose.on("writer");
    }
  }

  int committedLines() {
    return committed.values().stream().mapToInt(Integer::intValue).sum();
  }
}
