package io.streambed.harness;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.backend.StateBackend;
import io.streambed.backend.Store;
import io.streambed.checkpoint.CoordinatorOptions;
import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.connector.CollectingSink;
import io.streambed.connector.QueueSource;
import io.streambed.file.FileOutput;
import io.streambed.file.FileSystem;
import io.streambed.file.LocalFileSystem;
import io.streambed.job.Job;
import io.streambed.job.JobBuilder;
import io.streambed.job.KeyedContext;
import io.streambed.job.KeyedHandler;
import io.streambed.job.WatermarkStrategy;
import io.streambed.rocksdb.RocksKeyedStoreFactory;
import io.streambed.rocksdb.RocksOptions;
import io.streambed.runtime.JobEvent;
import io.streambed.runtime.JobHandle;
import io.streambed.runtime.RestorePoint;
import io.streambed.runtime.RunOptions;
import io.streambed.runtime.Streambed;
import io.streambed.state.ValueState;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A disk on which the first upload of a job's state takes ten times as long as a checkpoint may.
 */
@Timeout(300)
class SlowUploadTest {
  private static final int TIMEOUT_MILLIS = 500;
  private static final int SYNC_MILLIS = 200;

  /** Each of them has a table file of its own. */
  private static final int STATES = 25;

  private static final List<String> WORDS = List.of("ada", "grace", "edsger", "barbara");

  private final LocalFileSystem local = new LocalFileSystem();
  private final AtomicInteger uploaded = new AtomicInteger();
  private final QueueSource<String> words = new QueueSource<>(100);
  private final CollectingSink<String> sums = new CollectingSink<>();
  @TempDir private Path directory;

  private Job job() {
    JobBuilder builder = new JobBuilder("slow").maxParallelism(8).parallelism(1);
    builder
        .source("words", words, WatermarkStrategy.ofSource())
        .keyBy(word -> word)
        .<String>process("count", SlowUploadTest::counting)
        .sink("sums", sums);
    return builder.build();
  }

  private static KeyedHandler<String> counting(KeyedContext<String, String> context) {
    List<ValueState<Long>> counts = new ArrayList<>();
    for (int i = 0; i < STATES; i++) {
      counts.add(context.value("count-" + i, Long.class, 0L));
    }
    return (word, at) -> {
      long sum = 0;
      for (ValueState<Long> count : counts) {
        count.update(count.value() + 1);
        sum += count.value();
      }
      context.emit(word + " " + sum);
    };
  }

  private Store store(FileSystem files) {
    return Store.of(
        StateBackend.of(
            new RocksKeyedStoreFactory(
                local, RocksOptions.in(directory.resolve("state")).withMemoryBytes(32L << 20)),
            new FileCheckpointStorage(
                files,
                // A file for each table, however small.
                Store.storage(directory).withSmallFileThresholdBytes(0),
                UUID::randomUUID)));
  }

  /** The local files, of which those that checkpoints share are slow to become durable. */
  private FileSystem slow() {
    return (FileSystem)
        Proxy.newProxyInstance(
            FileSystem.class.getClassLoader(),
            new Class<?>[] {FileSystem.class},
            (proxy, method, args) -> {
              try {
                Object result = method.invoke(local, args);
                boolean shared =
                    method.getName().equals("create")
                        && ((Path) args[0]).getParent().endsWith("shared");
                return shared ? new SlowOutput((FileOutput) result, args[0].toString()) : result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private final class SlowOutput extends FileOutput {
    private final FileOutput out;

    SlowOutput(FileOutput out, String name) {
      super(name);
      this.out = out;
    }

    @Override
    protected void append(byte[] source, int offset, int length) throws IOException {
      out.write(source, offset, length);
    }

    @Override
    protected void force() throws IOException {
      try {
        Thread.sleep(SYNC_MILLIS);
      } catch (InterruptedException e) {
        throw new InterruptedIOException();
      }
      out.sync();
      uploaded.incrementAndGet();
    }

    @Override
    protected void release() throws IOException {
      out.close();
    }
  }

  private void pushAll() throws InterruptedException {
    for (String word : WORDS) {
      words.push(word);
    }
  }

  @Test
  void firstUpload_tenTimesLongerThanTheTimeout_completesInTheEnd() throws Exception {
    assertThat(STATES * SYNC_MILLIS).isGreaterThanOrEqualTo(10 * TIMEOUT_MILLIS);
    List<JobEvent> aborted = new CopyOnWriteArrayList<>();
    CompletableFuture<JobEvent> completed = new CompletableFuture<>();
    RunOptions options =
        RunOptions.defaults()
            .withCheckpoints(
                new CoordinatorOptions(300, 0, TIMEOUT_MILLIS, 1, Integer.MAX_VALUE, 1))
            .withListener(
                event -> {
                  if (event instanceof JobEvent.CheckpointAborted) {
                    aborted.add(event);
                  } else if (event instanceof JobEvent.CheckpointCompleted
                      && uploaded.get() >= STATES) {
                    completed.complete(event);
                  }
                });
    pushAll();
    JobHandle running = Streambed.start(job(), store(slow()), options);
    completed.join();
    running.cancel();
    running.await();
    assertThat(aborted).as("attempts before").hasSizeGreaterThan(1);
    pushAll();
    words.end();
    Streambed.start(
            job(), store(local), RunOptions.defaults().withRestore(new RestorePoint.Latest()))
        .await();
    assertThat(sums.results())
        .contains("ada 50", "grace 50", "edsger 50", "barbara 50")
        .doesNotContain("ada 75");
  }
}
