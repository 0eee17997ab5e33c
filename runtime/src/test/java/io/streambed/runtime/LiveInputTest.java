package io.streambed.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streambed.checkpoint.CoordinatorOptions;
import io.streambed.error.IncompatibleStateException;
import io.streambed.job.KeyedContext;
import io.streambed.job.KeyedHandler;
import io.streambed.job.NumberedReader;
import io.streambed.job.NumberedSource;
import io.streambed.job.WatermarkStrategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sources that wait for input: they hold up nothing, and what they give is seen at once. */
class LiveInputTest extends HangContract {
  private final FedSource source = new FedSource();

  /** What happened in the function, in order. */
  private final List<String> seen = new CopyOnWriteArrayList<>();

  private final List<JobHandle> started = new ArrayList<>();

  @BeforeEach
  void feed() {
    small.source = source;
    small.open = Noting::new;
  }

  @AfterEach
  void cancelWhatATestLeft() {
    started.forEach(JobHandle::cancel);
  }

  @Override
  JobHandle start() {
    JobHandle job = super.start();
    started.add(job);
    return job;
  }

  /** Notes elements and timers; each element registers an event-time timer at its time. */
  private final class Noting implements KeyedHandler<Long> {
    private final KeyedContext<Integer, Long> context;

    Noting(KeyedContext<Integer, Long> context) {
      this.context = context;
    }

    @Override
    public void onElement(Long number, long timestampMillis) {
      seen.add("element " + number);
      context.registerEventTimer(timestampMillis);
      context.emit(number, timestampMillis);
    }

    @Override
    public void onEventTimer(long timestampMillis) {
      seen.add("timer " + timestampMillis);
    }

    @Override
    public void onProcessingTimer(long timestampMillis) {
      seen.add("processing timer");
    }
  }

  private static CoordinatorOptions every(long millis) {
    return CoordinatorOptions.DEFAULT.withIntervalMillis(millis);
  }

  @Test
  void element_thatNothingFollows_isSeen() {
    FedSource.Feed feed = source.split("a");
    JobHandle job = start();
    for (long number = 1; number <= 3; number++) {
      feed.give(number);
      long last = number;
      await().until(() -> small.written.contains(last));
    }
    cancel(job);
    assertThat(feed.calls).containsExactly("open from the beginning", "close");
  }

  @Test
  void checkpointsAndSavepoints_ofAQuietSource_complete() {
    source.split("a").give(1);
    options = options.withCheckpoints(every(20));
    JobHandle job = start();
    assertThat(job.savepoint().join()).contains("savepoint");
    await().until(() -> heard(JobEvent.CheckpointCompleted.class).size() >= 5);
    cancel(job);
    assertThat(heard(JobEvent.CheckpointAborted.class))
        .allMatch(aborted -> aborted.reason().equals("it was cancelled"));
  }

  @Test
  void processingTimer_ofAQuietSource_fires() {
    source.split("a").give(1);
    small.open =
        context -> {
          Noting noting = new Noting(context);
          return new KeyedHandler<>() {
            @Override
            public void onElement(Long number, long timestampMillis) {
              context.registerProcessingTimer(context.processingTimeMillis() + 20);
            }

            @Override
            public void onProcessingTimer(long timestampMillis) {
              noting.onProcessingTimer(timestampMillis);
            }
          };
        };
    JobHandle job = start();
    await().until(() -> seen.contains("processing timer"));
    cancel(job);
  }

  @Test
  void quietSplit_afterAWhile_holdsTheWatermarkBackNoLonger() {
    FedSource.Feed busy = source.split("busy");
    FedSource.Feed quiet = source.split("quiet");
    small.watermarks = WatermarkStrategy.<Long>ofSource().withIdleAfter(Duration.ofMillis(20));
    JobHandle job = start();
    quiet.give(5);
    busy.give(10, 20, 30);
    await().until(() -> seen.contains("timer 20"));
    quiet.give(6);
    await().until(() -> seen.contains("element 6"));
    assertThat(seen.indexOf("element 6")).as("it is late").isGreaterThan(seen.indexOf("timer 20"));
    busy.give(100, 101);
    await().until(() -> seen.contains("timer 6"));
    cancel(job);
  }

  @Test
  void quietSplit_withoutIdleness_holdsTheWatermarkBack() {
    FedSource.Feed busy = source.split("busy");
    FedSource.Feed quiet = source.split("quiet");
    small.watermarks = WatermarkStrategy.<Long>ofSource().withoutIdleness();
    JobHandle job = start();
    quiet.give(5);
    busy.give(10, 20, 30);
    await().until(() -> seen.contains("element 30"));
    job.savepoint().join();
    assertThat(seen).doesNotContain("timer 10");
    quiet.give(25, 26);
    await().until(() -> seen.contains("timer 20"));
    assertThat(seen.indexOf("timer 20")).isGreaterThan(seen.indexOf("element 26"));
    cancel(job);
  }

  @Test
  void quietSource_ofSeveralSubtasks_holdsNobodyBack() {
    small.parallelism = 3;
    small.watermarks = WatermarkStrategy.<Long>ofSource().withIdleAfter(Duration.ofMillis(20));
    FedSource.Feed busy = source.split("busy");
    source.split("quiet");
    JobHandle job = start();
    busy.give(10, 20, 30);
    await().until(() -> seen.contains("timer 20"));
    busy.give(40, 50);
    await().until(() -> seen.contains("timer 40"));
    cancel(job);
  }

  /** Its last elements and its end come in one run. */
  @Test
  void split_thatEndsAmongOthersToCome_advancesTimeToItsEnd() {
    source.discoveryInterval = Duration.ofMillis(10);
    FedSource.Feed feed = source.split("a");
    feed.give(1, 2, 3);
    feed.end();
    JobHandle job = start();
    await().until(() -> seen.contains("timer 2"));
    FedSource.Feed next = source.split("b");
    next.give(10, 11);
    next.end();
    await().until(() -> seen.contains("timer 10"));
    cancel(job);
  }

  /** None of these splits has a time, so that none is behind. */
  @Test
  void splits_thatAreEquallyFar_areReadInTurn() {
    small.source =
        new NumberedSource<Long>() {
          @Override
          public int count() {
            return 3;
          }

          @Override
          public NumberedReader<Long> open(int split, long offset) {
            return new NumberedReader<>() {
              private long read = offset;

              @Override
              public Long next() {
                return ++read * 3 + split;
              }

              @Override
              public long offset() {
                return read;
              }
            };
          }
        };
    small.open = context -> (number, timestampMillis) -> context.emit(number);
    JobHandle job = start();
    for (long split = 0; split < 3; split++) {
      long remainder = split;
      await().until(() -> small.written.stream().anyMatch(number -> number % 3 == remainder));
    }
    cancel(job);
  }

  @Test
  void split_thatAppears_isReadOnceThroughARescale() {
    source.discoveryInterval = Duration.ofMillis(10);
    options = options.withCheckpoints(every(0));
    source.split("a").give(1, 2);
    JobHandle first = start();
    await().until(() -> small.written.size() == 2);
    source.split("b").give(3);
    source.split("c").give(4);
    await().until(() -> small.written.size() == 4);
    String savepoint = first.savepoint().join();
    cancel(first);
    small.parallelism = 3;
    source.split("d").give(5);
    source.split("a").give(6);
    options = options.withRestore(new RestorePoint.At(savepoint));
    JobHandle second = start();
    await().until(() -> small.written.size() == 6);
    cancel(second);
    assertThat(small.written).containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L, 6L);
    assertThat(source.split("a").calls)
        .containsExactly("open from the beginning", "close", "open 2", "close");
    assertThat(source.split("d").calls).containsExactly("open from the beginning", "close");
  }

  @Test
  void acknowledge_completeCheckpointsOnly() {
    FedSource.Feed feed = source.split("a");
    options = options.withCheckpoints(every(0));
    JobHandle job = start();
    feed.give(1, 2);
    await().until(() -> small.written.size() == 2);
    job.savepoint().join();
    feed.give(3);
    feed.end();
    job.await();
    assertThat(feed.acknowledged).as("by the last checkpoint alone").containsExactly(3L);
    assertThat(feed.calls).containsExactly("open from the beginning", "close");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 10})
  void endedSplit_inACompleteCheckpoint_isClosedAndStaysEnded(int discoveryMillis) {
    source.discoveryInterval = Duration.ofMillis(discoveryMillis);
    FedSource.Feed ended = source.split("ended");
    source.split("other").give(1);
    ended.give(2);
    ended.end();
    options = options.withCheckpoints(every(20));
    JobHandle job = start();
    await().until(() -> ended.calls.contains("close"));
    int completed = heard(JobEvent.CheckpointCompleted.class).size();
    await().until(() -> heard(JobEvent.CheckpointCompleted.class).size() > completed + 1);
    cancel(job);
    options = options.withRestore(new RestorePoint.Latest());
    JobHandle again = start();
    source.split("other").give(3);
    await().until(() -> small.written.contains(3L));
    cancel(again);
    List<String> calls = ended.calls;
    assertThat(calls.subList(0, 2)).containsExactly("open from the beginning", "close");
    // A source whose splits are fixed looks whether it still has the same input.
    assertThat(calls.contains("open 1")).isEqualTo(discoveryMillis == 0);
    assertThat(small.written).containsExactlyInAnyOrder(1L, 2L, 3L);
  }

  @Test
  void positions_ofAnotherType_areRefusedByName() {
    source.split("a").give(1);
    JobHandle job = start();
    await().until(() -> small.written.size() == 1);
    String savepoint = job.savepoint().join();
    cancel(job);
    small.source = new NamedPositions(source);
    options = options.withRestore(new RestorePoint.At(savepoint));
    assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> start().await()))
        .isInstanceOf(IncompatibleStateException.class)
        .hasMessageContaining("source \"numbers\"")
        .hasMessageContaining("long")
        .hasMessageContaining("string");
  }
}
