package io.streambed.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.streambed.backend.StateBackend;
import io.streambed.backend.Store;
import io.streambed.checkpoint.CoordinatorOptions;
import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.checkpoint.FileStorageOptions;
import io.streambed.file.FileSystem;
import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.job.Job;
import io.streambed.job.JobBuilder;
import io.streambed.job.Sink;
import io.streambed.job.SinkWriter;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.testkit.fault.SimulatedFileSystem;
import io.streambed.testkit.store.ByteStoreFactory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A savepoint of a job with a two-phase sink that is not of the house: it is restored when the
 * checkpoints and all that the sink has written are gone.
 */
class SavepointStandsAloneTest {
  private static final long BEFORE = 70;
  private static final long ALL = 100;

  private final FileSystem files = new SimulatedFileSystem();
  private final FedSource source = new FedSource();

  /** A database: rows that are staged under a name, and rows that are visible. */
  private static final class Rows {
    final Map<String, String> staged = new TreeMap<>();
    final Map<String, String> visible = new TreeMap<>();

    synchronized void stage(String name, String rows) {
      staged.put(name, rows);
    }

    synchronized Optional<String> staged(String name) {
      return Optional.ofNullable(staged.get(name));
    }

    synchronized boolean knows(String name) {
      return staged.containsKey(name) || visible.containsKey(name);
    }

    synchronized void show(String name) throws IOException {
      if (!visible.containsKey(name)) {
        String rows = staged.remove(name);
        if (rows == null) {
          throw new IOException(name + " is lost");
        }
        visible.put(name, rows);
      }
    }

    synchronized List<Long> numbers() {
      List<Long> numbers = new ArrayList<>();
      visible.values().forEach(rows -> rows.lines().map(Long::valueOf).forEach(numbers::add));
      numbers.sort(null);
      return numbers;
    }
  }

  /** Stages rows and shows them; a savepoint keeps those that are staged, unless it forgets to. */
  private record RowSink(Rows rows, boolean keeps) implements Sink<Long, String> {
    @Override
    public Serializer<String> committableSerializer() {
      return Serializers.strings();
    }

    @Override
    public SinkWriter<Long, String> open(SinkContext<String> context) throws IOException {
      if (context.subtask() == 0) {
        for (String name : context.pending()) {
          ByteArrayOutputStream saved = new ByteArrayOutputStream();
          if (!rows.knows(name) && context.saved().copy(name, saved)) {
            rows.stage(name, saved.toString(StandardCharsets.UTF_8));
          }
          rows.show(name);
        }
      }
      return new Writer(context.runId() + "-" + context.subtask());
    }

    private final class Writer implements SinkWriter<Long, String> {
      private final String run;
      private final StringBuilder written = new StringBuilder();

      Writer(String run) {
        this.run = run;
      }

      @Override
      public void write(Long result, long timestampMillis) {
        written.append(result).append('\n');
      }

      @Override
      public List<String> prepare(long checkpointId) {
        if (written.isEmpty()) {
          return List.of();
        }
        String name = run + "-" + checkpointId;
        rows.stage(name, written.toString());
        written.setLength(0);
        return List.of(name);
      }

      @Override
      public Optional<Content> content(String name) {
        byte[] staged = rows.staged(name).orElseThrow().getBytes(StandardCharsets.UTF_8);
        return keeps
            ? Optional.of(new Content(name, staged.length, new ByteArrayInputStream(staged)))
            : Optional.empty();
      }

      @Override
      public void commit(String name) throws IOException {
        rows.show(name);
      }

      @Override
      public void close() {}
    }
  }

  private Job job(RowSink sink, int parallelism) {
    JobBuilder builder = new JobBuilder("rows").maxParallelism(8).parallelism(parallelism);
    builder
        .source("numbers", source)
        .keyBy(number -> number % 7)
        .<Long>process(
            "count",
            context -> {
              var count = context.value("count", Long.class, 0L);
              return (number, timestampMillis) -> {
                // The n-th of a key is the key and n-1 times seven: a lost count shows.
                context.emit(context.key() + 7 * count.value());
                count.update(count.value() + 1);
              };
            })
        .sink("rows", sink);
    return builder.build();
  }

  private Store store(KeyedStoreFactory stores, String directory) {
    return Store.of(
        StateBackend.of(
            stores,
            new FileCheckpointStorage(
                files,
                FileStorageOptions.in(Path.of(directory, "checkpoints"))
                    .withSavepointRoot(Path.of("/savepoints")),
                UUID::randomUUID)));
  }

  private static RunOptions options() {
    return RunOptions.defaults()
        .withCheckpoints(CoordinatorOptions.DEFAULT.withIntervalMillis(0))
        .withRestarts(RestartPolicy.NEVER);
  }

  /** The savepoint of a job whose checkpoints are then removed. */
  private String savepoint(RowSink sink, boolean stop) throws IOException {
    source.split("a").give(LongStream.range(0, BEFORE).toArray());
    JobHandle running =
        Streambed.start(job(sink, 2), store(new HeapKeyedStoreFactory(), "/first"), options());
    await().until(() -> running.recordsRead() == BEFORE);
    String savepoint = stop ? running.stopWithSavepoint().join() : running.savepoint().join();
    running.cancel();
    running.await();
    files.deleteRecursively(Path.of("/first"));
    source.split("a").give(LongStream.range(BEFORE, ALL).toArray());
    source.split("a").end();
    return savepoint;
  }

  private void restore(RowSink sink, String savepoint, int parallelism) {
    Streambed.run(
        job(sink, parallelism),
        store(new ByteStoreFactory(), "/restored-" + parallelism),
        options().withRestore(new RestorePoint.At(savepoint)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void restore_checkpointsAndOutputAreGone_elsewhere_writesAllThatWasPending(boolean stop)
      throws IOException {
    String savepoint = savepoint(new RowSink(new Rows(), true), stop);
    for (int parallelism : new int[] {1, 3}) {
      Rows rows = new Rows();
      restore(new RowSink(rows, true), savepoint, parallelism);
      assertThat(rows.numbers())
          .containsExactlyElementsOf(LongStream.range(0, ALL).boxed().toList());
      assertThat(rows.staged).isEmpty();
    }
  }

  @Test
  void restore_outputIsStillThere_writesNothingTwice() throws IOException {
    RowSink sink = new RowSink(new Rows(), true);
    restore(sink, savepoint(sink, false), 3);
    assertThat(sink.rows.numbers())
        .containsExactlyElementsOf(LongStream.range(0, ALL).boxed().toList());
  }

  @Test
  void restore_sinkSaidThatItsTargetKeepsAllAndItDoesNot_failsByTheSink() throws IOException {
    String savepoint = savepoint(new RowSink(new Rows(), false), false);
    RowSink empty = new RowSink(new Rows(), false);
    assertThatThrownBy(() -> restore(empty, savepoint, 1))
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("is lost");
  }

  @Test
  void savepoint_sinkGivesNoContentForOne_closesWhatItGaveBefore() {
    AtomicBoolean closed = new AtomicBoolean();
    Sink<Long, String> sink =
        new Sink<>() {
          @Override
          public Serializer<String> committableSerializer() {
            return Serializers.strings();
          }

          @Override
          public SinkWriter<Long, String> open(SinkContext<String> context) {
            return new SinkWriter<>() {
              @Override
              public void write(Long result, long timestampMillis) {}

              @Override
              public List<String> prepare(long checkpointId) {
                return List.of("first", "second");
              }

              @Override
              public Optional<Content> content(String name) {
                return name.equals("second")
                    ? null
                    : Optional.of(
                        new Content(
                            name,
                            1,
                            new ByteArrayInputStream(new byte[1]) {
                              @Override
                              public void close() {
                                closed.set(true);
                              }
                            }));
              }

              @Override
              public void commit(String name) {}

              @Override
              public void close() {}
            };
          }
        };
    JobBuilder builder = new JobBuilder("rows").parallelism(1);
    builder.source("numbers", source).sink("rows", sink);
    source.split("a").give(1);
    JobHandle running =
        Streambed.start(builder.build(), store(new HeapKeyedStoreFactory(), "/first"), options());
    await().until(() -> running.recordsRead() == 1);
    assertThatThrownBy(() -> running.savepoint().join()).hasMessageContaining("gave null");
    assertThat(closed).isTrue();
    running.cancel();
  }
}
