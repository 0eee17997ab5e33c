package io.streambed.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.streambed.checkpoint.CoordinatorOptions;
import io.streambed.error.CheckpointDeclinedException;
import io.streambed.job.KeyedHandler;
import io.streambed.state.ValueState;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A job that ends with a savepoint, and goes on from it. */
class StopWithSavepointTest extends HangContract {
  private final FedSource source = new FedSource();

  @BeforeEach
  void feed() {
    small.source = source;
    options = options.withCheckpoints(CoordinatorOptions.DEFAULT.withIntervalMillis(0));
  }

  private static long[] range(long from, long to) {
    return LongStream.range(from, to).toArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void stop_ofALiveJob_makesVisibleWhatItHoldsAndGoesOnExactly(int parallelism) {
    FedSource.Feed feed = source.split("a");
    CompletableFuture<Void> enough = new CompletableFuture<>();
    CompletableFuture<Long> given =
        CompletableFuture.supplyAsync(
            () -> {
              long next = 0;
              while (!enough.isDone()) {
                feed.give(next++);
                LockSupport.parkNanos(100_000);
              }
              return next;
            });
    JobHandle first = start();
    await().until(() -> small.written.size() >= 100);
    String savepoint = first.stopWithSavepoint().join();
    assertThat(small.committedLines())
        .as("visible once the savepoint is told")
        .isEqualTo(small.written.size());
    JobResult result = first.await();
    assertThat(result.end()).isEqualTo(JobResult.End.STOPPED_WITH_SAVEPOINT);
    assertThat(result.savepoint()).contains(savepoint);
    assertThat(small.committedLines())
        .as("nothing is read behind the savepoint's barrier")
        .isEqualTo(small.written.size())
        .isEqualTo((int) result.recordsRead());
    enough.complete(null);
    long all = given.join();
    feed.end();
    small.parallelism = parallelism;
    options = options.withRestore(new RestorePoint.At(savepoint));
    start().await();
    assertThat(small.committedLines()).isEqualTo((int) all);
    assertThat(small.written.stream().sorted())
        .containsExactlyElementsOf(LongStream.range(0, all).boxed().toList());
  }

  /** Gives what it has seen of a key when event time ends, or goes on from what was restored. */
  private void countUntilTheEnd() {
    small.open =
        context -> {
          ValueState<Long> count = context.state(SmallJob.COUNT);
          return KeyedHandler.of(
              (number, timestampMillis) -> {
                count.update(count.value() + 1);
                context.registerEventTimer(Long.MAX_VALUE - 1);
              },
              timer -> context.emit(count.value()));
        };
  }

  @Test
  void stop_leavesTimersToWhoRestores() {
    countUntilTheEnd();
    source.split("a").give(range(0, 70));
    JobHandle first = start();
    await().until(() -> first.recordsRead() == 70);
    String savepoint = first.stopWithSavepoint().join();
    first.await();
    assertThat(source.split("a").acknowledged).as("by a savepoint").isEmpty();
    assertThat(small.written).isEmpty();
    source.split("a").give(range(70, 140));
    source.split("a").end();
    options = options.withRestore(new RestorePoint.At(savepoint));
    start().await();
    assertThat(small.written).containsOnly(20L).hasSize(7);
  }

  @Test
  void drain_firesAllTimersBeforeTheEnd() {
    countUntilTheEnd();
    FedSource.Feed feed = source.split("a");
    feed.give(range(0, 70));
    JobHandle job = start();
    await().until(() -> job.recordsRead() == 70);
    assertThat(job.drainWithSavepoint().join()).contains("savepoint");
    job.await();
    assertThat(small.written).containsOnly(10L).hasSize(7);
    assertThat(small.committedLines()).isEqualTo(7);
  }

  @Test
  void stop_thatTimesOut_letsTheJobGoOn() {
    options = options.withCheckpoints(new CoordinatorOptions(0, 0, 300, 1, 100, 1));
    FedSource.Feed feed = source.split("a");
    small.onWrite =
        number -> {
          if (number == 5) {
            hang.here();
          }
        };
    feed.give(range(0, 10));
    JobHandle job = start();
    hang.awaitReached();
    CompletableFuture<String> savepoint = job.stopWithSavepoint();
    assertThatThrownBy(savepoint::join)
        .hasCauseInstanceOf(CheckpointDeclinedException.class)
        .hasMessageContaining("timed out");
    hang.release();
    feed.give(range(10, 20));
    feed.end();
    assertThat(job.await().recordsRead()).isEqualTo(20);
    assertThat(small.committedLines()).isEqualTo(20);
  }

  @Test
  void stop_askedForTwice_refusesTheSecond() {
    source.split("a").give(1);
    JobHandle job = start();
    List<CompletableFuture<String>> both =
        List.of(job.stopWithSavepoint(), job.stopWithSavepoint());
    assertThat(both.get(0).join()).contains("savepoint");
    job.await();
    assertThatThrownBy(() -> both.get(1).join())
        .hasCauseInstanceOf(CheckpointDeclinedException.class);
  }
}
