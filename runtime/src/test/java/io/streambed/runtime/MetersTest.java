package io.streambed.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.streambed.backend.StateBackend;
import io.streambed.backend.Store;
import io.streambed.checkpoint.CoordinatorOptions;
import io.streambed.checkpoint.MemoryCheckpointStorage;
import io.streambed.error.StreambedException;
import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.job.KeyedHandler;
import io.streambed.meter.Meters;
import io.streambed.meter.StateTracking;
import io.streambed.state.ValueState;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is measured of a job, and whose it is. */
@Timeout(60)
class MetersTest {
  private static final String[] JOB = {"job", "small"};

  private final SmallJob small = new SmallJob();
  private final RecordingMeters meters = new RecordingMeters();
  private final List<JobEvent> told = new CopyOnWriteArrayList<>();
  private RunOptions options =
      RunOptions.defaults()
          .withCheckpoints(CoordinatorOptions.DEFAULT.withIntervalMillis(0))
          .withRestarts(RestartPolicy.NEVER)
          .withListener(told::add)
          .withMeters(meters);

  private static String[] of(String operator) {
    return new String[] {"job", "small", "operator", operator, "subtask", "0"};
  }

  private void run(Store store) {
    Streambed.run(small.job(), store, options);
  }

  @Test
  void run_thenRestore_measuresSnapshotsAndTheRestoreOfEachSubtask() {
    small.onNext = number -> {};
    small.elements = 10;
    Store store = Store.memory();
    run(store);
    assertThat(meters.recorded("snapshot.freeze.nanos", of("count")))
        .isNotEmpty()
        .allMatch(n -> n > 0);
    assertThat(meters.recorded("snapshot.write.nanos", of("count")))
        .isNotEmpty()
        .allMatch(n -> n > 0);
    assertThat(meters.recorded("restore.nanos", of("count"))).isEmpty();
    small.elements = 11;
    run(store);
    assertThat(meters.recorded("restore.nanos", of("count"))).hasSize(1).allMatch(n -> n > 0);
  }

  @Test
  void checkpoints_complete_areMeasuredAsTheListenerHearsOfThem() {
    small.onNext = number -> {};
    small.elements = 10;
    run(Store.memory());
    List<JobEvent.CheckpointCompleted> completed =
        told.stream()
            .filter(JobEvent.CheckpointCompleted.class::isInstance)
            .map(JobEvent.CheckpointCompleted.class::cast)
            .toList();
    assertThat(completed).isNotEmpty();
    assertThat(meters.count("checkpoint.completed", JOB)).isEqualTo(completed.size());
    assertThat(meters.count("checkpoint.failed", JOB)).isZero();
    assertThat(meters.count("job.restarts", JOB)).isZero();
    assertThat(meters.recorded("checkpoint.duration.millis", JOB))
        .containsExactlyElementsOf(
            completed.stream().map(JobEvent.CheckpointCompleted::millis).toList());
    assertThat(meters.recorded("checkpoint.size.bytes", JOB))
        .containsExactlyElementsOf(
            completed.stream().map(JobEvent.CheckpointCompleted::bytes).toList())
        .allMatch(bytes -> bytes > 0);
    assertThat(meters.recorded("checkpoint.written.bytes", JOB))
        .containsExactlyElementsOf(
            completed.stream().map(JobEvent.CheckpointCompleted::writtenBytes).toList())
        .allMatch(bytes -> bytes > 0);
    for (String operator : List.of("count", "sink")) {
      assertThat(meters.recorded("checkpoint.alignment.nanos", of(operator)))
          .as("one channel waits for no other")
          .hasSize(completed.size())
          .containsOnly(0L);
    }
  }

  @Test
  void elements_areCountedWhereTheyComeInAndGoOut() {
    small.onNext = number -> {};
    small.elements = 1_000;
    run(Store.memory());
    assertThat(meters.count("records.in", of("numbers"))).isEqualTo(1_000);
    assertThat(meters.count("records.out", of("numbers"))).isEqualTo(1_000);
    assertThat(meters.count("records.in", of("count"))).isEqualTo(1_000);
    assertThat(meters.count("records.out", of("count"))).isEqualTo(1_000);
    assertThat(meters.count("records.in", of("sink"))).isEqualTo(1_000);
  }

  @Test
  void watermarksAndTimers_whileTheJobRuns_showWhereItIs_andAreGoneAfterwards() {
    FedSource source = new FedSource();
    FedSource.Feed feed = source.split("a");
    small.source = source;
    small.open =
        context -> {
          ValueState<Long> count = context.state(SmallJob.COUNT);
          return KeyedHandler.of(
              (number, timestampMillis) -> {
                count.update(number);
                context.registerEventTimer(timestampMillis + 1_000);
                context.emit(number, timestampMillis);
              },
              timer -> {});
        };
    JobHandle job = Streambed.start(small.job(), Store.memory(), options);
    feed.give(1, 2, 3);
    await().until(() -> small.written.size() == 3);
    await()
        .untilAsserted(() -> assertThat(meters.shown("timers.pending", of("count"))).isEqualTo(3));
    await()
        .untilAsserted(
            () -> {
              long sent = meters.shown("watermark.out.millis", of("numbers"));
              assertThat(sent).isBetween(1L, 3L);
              assertThat(meters.shown("watermark.in.millis", of("count"))).isEqualTo(sent);
              assertThat(meters.shown("watermark.out.millis", of("count"))).isEqualTo(sent);
              assertThat(meters.shown("watermark.in.millis", of("sink"))).isEqualTo(sent);
            });
    feed.give(5_000);
    await()
        .untilAsserted(() -> assertThat(meters.shown("timers.pending", of("count"))).isEqualTo(1));
    assertThat(meters.shown("output.blocked.nanos", of("numbers"))).isZero();
    feed.end();
    job.await();
    assertThat(meters.openGauges()).isEmpty();
    assertThat(meters.ended()).containsExactly("{job=small}");
  }

  @Test
  void sinkThatHangs_senders_showHowLongTheyAreBlocked() throws InterruptedException {
    CountDownLatch hang = new CountDownLatch(1);
    small.onNext = number -> {};
    small.elements = 10_000;
    small.onWrite =
        number -> {
          try {
            hang.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        };
    JobHandle job = Streambed.start(small.job(), Store.memory(), options);
    await()
        .untilAsserted(
            () -> {
              assertThat(meters.openGauges())
                  .anyMatch(gauge -> gauge.startsWith("output.blocked.nanos"));
              assertThat(meters.shown("output.blocked.nanos", of("count"))).isPositive();
              assertThat(meters.shown("output.blocked.nanos", of("numbers"))).isPositive();
            });
    hang.countDown();
    job.await();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void metersThatThrow_harmNothing(boolean makes) {
    small.onNext = number -> {};
    small.elements = 10;
    options =
        options
            .withMeters(new BrokenMeters(makes))
            .withStateTracking(StateTracking.ofLatencyAndSizes().every(1));
    Store store = Store.memory();
    run(store);
    small.elements = 20;
    run(store);
    assertThat(small.written).hasSize(20);
    assertThat(small.closed).containsOnly("reader", "writer").hasSize(4);
  }

  @Test
  void secondStart_ofAJobThatRuns_leavesTheMetersOfTheFirst() {
    FedSource source = new FedSource();
    source.split("a");
    small.source = source;
    Store store = Store.memory();
    JobHandle job = Streambed.start(small.job(), store, options);
    await().until(() -> meters.openGauges().size() == 10);
    Set<String> gauges = Set.copyOf(meters.openGauges());
    JobHandle second = Streambed.start(small.job(), store, options);
    assertThatThrownBy(second::await).isInstanceOf(StreambedException.class);
    assertThat(meters.ended()).isEmpty();
    assertThat(meters.openGauges()).containsAll(gauges);
    job.cancel();
    job.await();
    assertThat(meters.ended()).hasSize(1);
  }

  @Test
  void metersOfAJobThatHasEnded_registerAndTellNothing() {
    Meters job = GuardedMeters.of(meters, "small");
    Meters task = job.tagged("operator", "count");
    Meters.Counter counter = task.counter("records.in");
    counter.add(1);
    job.end();
    job.end();
    counter.add(1);
    task.gauge("timers.pending", () -> 1);
    assertThat(meters.count("records.in", "job", "small", "operator", "count")).isEqualTo(1);
    assertThat(meters.openGauges()).isEmpty();
    assertThat(meters.ended()).containsExactly("{job=small}");
  }

  @Test
  void restore_showsHowMuchIsReadOfHowMuch() {
    small.onNext = number -> {};
    small.elements = 10;
    Store store = Store.memory();
    run(store);
    CountDownLatch seen = new CountDownLatch(1);
    small.elements = 11;
    small.onElement =
        number -> {
          assertThat(meters.shown("restore.total.bytes", of("count"))).isPositive();
          assertThat(meters.shown("restore.done.bytes", of("count")))
              .isEqualTo(meters.shown("restore.total.bytes", of("count")));
          seen.countDown();
        };
    run(store);
    assertThat(seen.getCount()).isZero();
  }

  @Test
  void functionThatFailsOnce_countsTheRestart_andTheGaugesOfTheNewTasksStay() {
    int[] failures = {1};
    small.onNext = number -> {};
    small.elements = 10;
    small.onElement =
        number -> {
          if (failures[0]-- > 0) {
            throw new IllegalStateException("once");
          }
          assertThat(meters.shown("timers.pending", of("count"))).isZero();
        };
    options = options.withRestarts(new RestartPolicy(5, 1));
    run(Store.memory());
    assertThat(meters.count("job.restarts", JOB)).isEqualTo(1);
    assertThat(meters.openGauges()).isEmpty();
  }

  @Test
  void checkpointThatFails_isCounted() {
    FedSource source = new FedSource();
    source.split("a");
    small.source = source;
    long[] begun = {0};
    options =
        options.withProbe(
            event -> {
              if (event instanceof JobEvent.SubtaskSnapshot && begun[0]++ == 0) {
                throw new IllegalStateException("no room");
              }
            });
    JobHandle job =
        Streambed.start(
            small.job(),
            Store.memory(),
            options.withCheckpoints(CoordinatorOptions.DEFAULT.withIntervalMillis(1)));
    await().until(() -> meters.count("checkpoint.completed", JOB) > 0);
    assertThat(meters.count("checkpoint.failed", JOB)).isEqualTo(1);
    job.cancel();
    job.await();
  }

  @Test
  void snapshotThatCannotBeWritten_isCounted() {
    FedSource source = new FedSource();
    source.split("a");
    small.source = source;
    Store tooSmall =
        Store.of(
            StateBackend.of(
                new HeapKeyedStoreFactory(), new MemoryCheckpointStorage(10, UUID::randomUUID)));
    JobHandle job =
        Streambed.start(
            small.job(),
            tooSmall,
            options.withCheckpoints(
                CoordinatorOptions.DEFAULT.withIntervalMillis(1).withTolerableFailures(1_000_000)));
    await()
        .untilAsserted(
            () -> {
              assertThat(meters.openGauges()).anyMatch(gauge -> gauge.contains("operator=count"));
              assertThat(meters.count("snapshot.failures", of("count"))).isPositive();
            });
    assertThat(meters.count("checkpoint.failed", JOB)).isPositive();
    assertThat(meters.count("checkpoint.completed", JOB)).isZero();
    job.cancel();
    job.await();
  }

  @Test
  void stateTracking_measuresEachStateOfEachSubtask() {
    small.onNext = number -> {};
    small.elements = 1_000;
    options = options.withStateTracking(StateTracking.ofLatency());
    run(Store.memory());
    String[] count = {"job", "small", "operator", "count", "subtask", "0", "state", "count"};
    assertThat(meters.recorded("valueStateGetLatency", count)).hasSize(10).allMatch(n -> n > 0);
    assertThat(meters.recorded("valueStateUpdateLatency", count)).hasSize(10);
  }

  @Test
  void stateTracking_byDefault_isOff() {
    small.onNext = number -> {};
    small.elements = 10;
    run(Store.memory());
    assertThat(meters.names()).noneMatch(name -> name.contains("Latency"));
  }
}
