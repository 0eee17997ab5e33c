package io.streambed.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.backend.KeyedBackendOptions;
import io.streambed.backend.StateBackend;
import io.streambed.backend.Store;
import io.streambed.checkpoint.CheckpointStorage;
import io.streambed.checkpoint.CoordinatorOptions;
import io.streambed.checkpoint.FileCheckpointStorage;
import io.streambed.checkpoint.FileStorageOptions;
import io.streambed.error.CheckpointDeclinedException;
import io.streambed.error.FencedException;
import io.streambed.error.IncompatibleStateException;
import io.streambed.error.StorageException;
import io.streambed.file.Compression;
import io.streambed.file.LocalFileSystem;
import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.job.Job;
import io.streambed.job.JobBuilder;
import io.streambed.job.NumberedReader;
import io.streambed.job.NumberedSource;
import io.streambed.keyed.KeyedStateBackend;
import io.streambed.store.KeyedStoreFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreambedTest {
  private static final RunOptions FREQUENT =
      RunOptions.defaults()
          .withCheckpoints(CoordinatorOptions.DEFAULT.withIntervalMillis(5))
          .withRestarts(new RestartPolicy(3, 0));

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void run_boundedInput_commitsEverythingOnce(int parallelism) {
    TestPipeline pipeline = new TestPipeline();
    JobResult result =
        Streambed.run(pipeline.job(parallelism, 3_000), Store.of(pipeline.backend), FREQUENT);
    assertThat(pipeline.committedEnds()).isEqualTo(TestPipeline.expected(3_000));
    assertThat(result.recordsRead()).isEqualTo(5 * 3_000 + 5);
    assertThat(result.restarts()).isZero();
  }

  @Test
  void run_compressionWithoutCodec_failsBeforeARecordIsRead() {
    TestPipeline pipeline = new TestPipeline();
    AtomicLong read = new AtomicLong();
    RunOptions options =
        FREQUENT
            .withCompression(new NoCodec())
            .withListener(
                event -> {
                  if (event instanceof JobEvent.RecordsRead records) {
                    read.set(records.records());
                  }
                });
    assertThatThrownBy(
            () -> Streambed.run(pipeline.job(1, 3_000), Store.of(pipeline.backend), options))
        .isInstanceOf(StorageException.class)
        .hasMessage("its library is not here");
    assertThat(read).hasValue(0);
  }

  /** As a compression is whose native library cannot be loaded. */
  private static final class NoCodec implements Compression {
    @Override
    public String name() {
      return "no-codec";
    }

    @Override
    public long maxRawLength(int storedLength) {
      return 0;
    }

    @Override
    public Codec codec() {
      throw new StorageException("its library is not here");
    }
  }

  @Test
  void run_severalSources_tellsWhatEachHasRead() {
    TestPipeline pipeline = new TestPipeline();
    Map<String, Long> bySource = new ConcurrentHashMap<>();
    AtomicLong all = new AtomicLong();
    RunOptions options =
        FREQUENT.withListener(
            event -> {
              if (event instanceof JobEvent.RecordsRead read) {
                bySource.merge(read.operatorId(), read.sourceRecords(), Math::max);
                all.accumulateAndGet(read.records(), Math::max);
              }
            });
    Streambed.run(pipeline.job(2, 300), Store.of(pipeline.backend), options);
    assertThat(bySource.values()).containsExactlyInAnyOrder(5 * 300L, 5L);
    assertThat(all).hasValue(5 * 300 + 5);
  }

  @Test
  void run_withAFailingTask_restartsFromTheLastCheckpoint() {
    TestPipeline pipeline = new TestPipeline();
    List<JobEvent> events = new CopyOnWriteArrayList<>();
    // The first failure comes once a checkpoint is complete, two more at later elements.
    AtomicInteger failures = new AtomicInteger();
    RunOptions options =
        FREQUENT.withListener(
            event -> {
              events.add(event);
              if (event instanceof JobEvent.CheckpointCompleted && failures.getAndIncrement() < 3) {
                pipeline.untilFailure.set(100);
              }
            });
    JobResult result = Streambed.run(pipeline.job(3, 60_000), Store.of(pipeline.backend), options);
    assertThat(pipeline.committedEnds()).isEqualTo(TestPipeline.expected(60_000));
    assertThat(result.restarts()).isBetween(1, 3);
    assertThat(events).anyMatch(JobEvent.Restoring.class::isInstance);
  }

  @Test
  void run_failingBeforeTheFirstCheckpoint_startsFromTheBeginning() {
    TestPipeline pipeline = new TestPipeline();
    pipeline.untilFailure.set(50);
    RunOptions options = FREQUENT.withCheckpoints(CoordinatorOptions.DEFAULT.withIntervalMillis(0));
    JobResult result = Streambed.run(pipeline.job(2, 1_000), Store.of(pipeline.backend), options);
    assertThat(result.restarts()).isEqualTo(1);
    assertThat(pipeline.committedEnds()).isEqualTo(TestPipeline.expected(1_000));
  }

  @Test
  void run_failingMoreOftenThanAllowed_failsWithTheCause() {
    TestPipeline pipeline = new TestPipeline();
    pipeline.untilFailure.set(50);
    assertThatThrownBy(
            () ->
                Streambed.run(
                    pipeline.job(2, 1_000),
                    Store.of(pipeline.backend),
                    FREQUENT.withRestarts(RestartPolicy.NEVER)))
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("running_totals")
        .hasMessageContaining("told to fail");
    assertThat(pipeline.committedEnds()).isEmpty();
  }

  @Test
  void result_ofAFailedJob_isTheFailureOnAThreadThatMayWait() {
    TestPipeline pipeline = new TestPipeline();
    pipeline.untilFailure.set(50);
    JobHandle handle =
        Streambed.start(
            pipeline.job(2, 1_000),
            Store.of(pipeline.backend),
            FREQUENT.withRestarts(RestartPolicy.NEVER));
    CompletableFuture<Throwable> seen = new CompletableFuture<>();
    handle
        .result()
        .whenComplete(
            (result, failure) -> {
              // Waits for the job from within: it has ended, whoever waits for it.
              assertThatThrownBy(handle::await).isSameAs(failure);
              seen.complete(failure);
            });
    assertThat(seen.join()).isInstanceOf(JobFailedException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void start_fromASavepointAtAnotherParallelism_goesOnExactly(int parallelism) {
    TestPipeline pipeline = new TestPipeline(500);
    JobHandle handle =
        Streambed.start(pipeline.job(3, 1_000), Store.of(pipeline.backend), FREQUENT);
    String savepoint = handle.savepoint().join();
    assertThat(handle.isDone()).isFalse();
    handle.cancel();
    assertThat(handle.await()).isEqualTo(handle.result().join());
    assertThat(handle.isDone()).isTrue();
    assertThat(handle.await().end()).isEqualTo(JobResult.End.CANCELLED);
    pipeline.release();
    JobResult result =
        Streambed.run(
            pipeline.job(parallelism, 1_000),
            Store.of(pipeline.backend),
            FREQUENT.withRestore(new RestorePoint.At(savepoint)));
    assertThat(result.restoredId()).isPresent();
    assertThat(pipeline.committedEnds()).isEqualTo(TestPipeline.expected(1_000));
  }

  @Test
  void start_whileTheStorageIsHeld_isFenced() {
    TestPipeline pipeline = new TestPipeline(10);
    CompletableFuture<Void> running = new CompletableFuture<>();
    JobHandle handle =
        Streambed.start(
            pipeline.job(1, 1_000),
            Store.of(pipeline.backend),
            FREQUENT.withListener(
                event -> {
                  if (event instanceof JobEvent.Running) {
                    running.complete(null);
                  }
                }));
    running.join();
    assertThatThrownBy(
            () -> Streambed.run(pipeline.job(1, 1_000), Store.of(pipeline.backend), FREQUENT))
        .isInstanceOf(FencedException.class);
    pipeline.release();
    handle.await();
    assertThat(pipeline.committedEnds()).isEqualTo(TestPipeline.expected(1_000));
  }

  @Test
  void run_emptyOverCheckpointsOfAnEarlierRun_isRefused() {
    TestPipeline pipeline = new TestPipeline();
    Streambed.run(pipeline.job(1, 100), Store.of(pipeline.backend), FREQUENT);
    assertThatThrownBy(
            () ->
                Streambed.run(
                    pipeline.job(1, 100),
                    Store.of(pipeline.backend),
                    FREQUENT.withRestore(new RestorePoint.Nothing())))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("Restore the latest");
  }

  @Test
  void run_restoredAtItsEnd_changesNothing() {
    TestPipeline pipeline = new TestPipeline();
    Streambed.run(pipeline.job(2, 100), Store.of(pipeline.backend), FREQUENT);
    Streambed.run(
        pipeline.job(3, 100),
        Store.of(pipeline.backend),
        FREQUENT.withRestore(new RestorePoint.Latest()));
    assertThat(pipeline.committedEnds()).isEqualTo(TestPipeline.expected(100));
  }

  @Test
  void run_restoringMuchState_tellsHowFarItIs() {
    TestPipeline pipeline = new TestPipeline();
    Streambed.run(pipeline.job(2, 100), Store.of(pipeline.backend), FREQUENT);
    List<JobEvent> events = new CopyOnWriteArrayList<>();
    Streambed.run(
        pipeline.job(2, 100),
        Store.of(new Slow(pipeline.backend)),
        FREQUENT.withRestore(new RestorePoint.Latest()).withListener(events::add));
    assertThat(events)
        .contains(
            new JobEvent.RestoreAdvanced("running_totals", 0, Slow.BYTES / 2, Slow.BYTES),
            new JobEvent.RestoreAdvanced("running_totals", 1, Slow.BYTES, Slow.BYTES));
    assertThat(events).filteredOn(JobEvent.RestoreAdvanced.class::isInstance).hasSize(4);
  }

  @Test
  void run_withAnotherMaxParallelism_isRefusedWithBothNumbers() {
    TestPipeline pipeline = new TestPipeline();
    Streambed.run(pipeline.job(2, 100), Store.of(pipeline.backend), FREQUENT);
    var job = pipeline.job(2, 100);
    var other = new Job(job.name(), 64, job.operators(), job.steps(), job.failures());
    assertThatThrownBy(
            () ->
                Streambed.run(
                    other,
                    Store.of(pipeline.backend),
                    FREQUENT.withRestore(new RestorePoint.Latest())))
        .isInstanceOf(IncompatibleStateException.class)
        .hasMessageContaining("32")
        .hasMessageContaining("64");
  }

  @Test
  void savepoint_ofAnEndedJob_isDeclined() {
    TestPipeline pipeline = new TestPipeline();
    JobHandle handle = Streambed.start(pipeline.job(1, 10), Store.of(pipeline.backend), FREQUENT);
    handle.await();
    assertThatThrownBy(() -> handle.savepoint().join())
        .hasCauseInstanceOf(CheckpointDeclinedException.class);
  }

  @Test
  void savepoint_ofAStorageWithoutAPlaceForThem_isRefusedAtOnce(@TempDir Path directory) {
    TestPipeline pipeline = new TestPipeline(10);
    FileStorageOptions storage = FileStorageOptions.in(directory);
    StateBackend backend =
        StateBackend.of(
            new HeapKeyedStoreFactory(),
            new FileCheckpointStorage(new LocalFileSystem(), storage, UUID::randomUUID));
    JobHandle handle = Streambed.start(pipeline.job(1, 20), Store.of(backend), FREQUENT);
    try {
      assertThatThrownBy(handle::savepoint)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("withSavepointRoot")
          .hasMessageContaining("\"test\"");
    } finally {
      pipeline.release();
      handle.await();
    }
  }

  @Test
  void build_withSeveralMistakes_tellsAllAtOnce() {
    JobBuilder builder = new JobBuilder(" ").maxParallelism(4).parallelism(9);
    builder.source("a b", new NoSource());
    builder.source("twice", new NoSource());
    builder.source("twice", new NoSource());
    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("name is blank")
        .hasMessageContaining("\"a b\"")
        .hasMessageContaining("used twice")
        .hasMessageContaining("parallelism 9")
        .hasMessageContaining("nobody reads");
  }

  @Test
  void build_withHalfOfASurrogatePairInTheName_tellsIt() {
    assertThatThrownBy(() -> new JobBuilder("job-\uD83D").build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("name of a job", "job-\\uD83D", "there is no operator");
  }

  /** Tells of a long restore before it begins. */
  private record Slow(StateBackend given) implements StateBackend {
    static final long BYTES = 1L << 40;

    @Override
    public KeyedStoreFactory stores() {
      return given.stores();
    }

    @Override
    public CheckpointStorage checkpoints() {
      return given.checkpoints();
    }

    @Override
    public <K> KeyedStateBackend<K> createKeyedStateBackend(KeyedBackendOptions<K> options) {
      options.restored().progress().advanced(BYTES / 2, BYTES);
      options.restored().progress().advanced(BYTES, BYTES);
      return given.createKeyedStateBackend(options);
    }
  }

  private static final class NoSource implements NumberedSource<String> {
    @Override
    public int count() {
      return 1;
    }

    @Override
    public NumberedReader<String> open(int split, long offset) {
      throw new IllegalStateException("never opened");
    }
  }
}
