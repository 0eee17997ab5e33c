package io.streambed.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.checkpoint.CoordinatorOptions;
import io.streambed.job.KeyedContext;
import io.streambed.job.KeyedHandler;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The wall clock is set under a running job: nothing stops, is lost, or comes twice. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ClockJumpTest extends HangContract {
  private static final int STEP_MILLIS = 5;

  /** A timer that fires often, as often as this after each jump. */
  private static final int FIRINGS = 50;

  private static final int CHECKPOINTS = 5;

  private final AtomicLong shiftMillis = new AtomicLong();

  /** Registered, by key and time; those that have fired hold true. */
  private final ConcurrentMap<List<Long>, Boolean> timers = new ConcurrentHashMap<>();

  private final Set<List<Long>> firedTwice = ConcurrentHashMap.newKeySet();
  private final List<Long> seen = new java.util.concurrent.CopyOnWriteArrayList<>();
  private volatile CountDownLatch firings = new CountDownLatch(FIRINGS);
  private volatile CountDownLatch checkpoints = new CountDownLatch(CHECKPOINTS);
  private volatile CountDownLatch jumps = new CountDownLatch(0);

  static Stream<Arguments> jumps() {
    return Stream.of(Duration.ofHours(1), Duration.ofDays(1), Duration.ofDays(365))
        .map(Duration::toMillis)
        .flatMap(
            millis ->
                Stream.of(
                    Arguments.of(List.of(millis)),
                    Arguments.of(List.of(-millis)),
                    Arguments.of(List.of(millis, -millis)),
                    Arguments.of(List.of(-millis, millis))));
  }

  @ParameterizedTest
  @MethodSource("jumps")
  void jumps_underARunningJob_keepCheckpointsAndTimersAtTheirPace(List<Long> jumpsMillis)
      throws InterruptedException {
    small.open = Ticking::new;
    small.onNext = number -> LockSupport.parkNanos(100_000);
    options =
        options
            .withCheckpoints(new CoordinatorOptions(20, 0, 60_000, 1, 0, 1))
            .withClock(new Shifted())
            .withListener(
                event -> {
                  events.add(event);
                  if (event instanceof JobEvent.CheckpointCompleted) {
                    checkpoints.countDown();
                  } else if (event instanceof JobEvent.ClockJumped) {
                    jumps.countDown();
                  }
                });
    JobHandle job = start();
    awaitPace();
    for (long jump : jumpsMillis) {
      jumps = new CountDownLatch(1);
      shiftMillis.addAndGet(jump);
      jumps.await();
      awaitPace();
      assertThat(heard(JobEvent.ClockJumped.class))
          .last()
          .satisfies(told -> assertThat(told.millis()).isBetween(jump - 500, jump + 500));
    }
    cancel(job);
    assertThat(heard(JobEvent.CheckpointAborted.class))
        .allMatch(aborted -> aborted.reason().equals("it was cancelled"));
    assertThat(firedTwice).isEmpty();
    // Each key's timer sets the next one: what is registered and has not fired is the last.
    assertThat(timers.values().stream().filter(fired -> !fired)).hasSizeLessThanOrEqualTo(7);
    assertThat(seen).isSorted();
  }

  @Test
  void clock_behindTheCheckpointThatIsRestored_goesOnFromTheCheckpointsTime()
      throws InterruptedException {
    small.open = Ticking::new;
    small.onNext = number -> LockSupport.parkNanos(100_000);
    options =
        options
            .withCheckpoints(new CoordinatorOptions(20, 0, 60_000, 1, 0, 1))
            .withClock(new Shifted())
            .withListener(
                event -> {
                  if (event instanceof JobEvent.CheckpointCompleted) {
                    checkpoints.countDown();
                  }
                });
    JobHandle first = start();
    awaitPace();
    cancel(first);
    shiftMillis.addAndGet(-Duration.ofDays(1).toMillis());
    JobHandle second = start();
    awaitPace();
    cancel(second);
    // Timers of a day ahead would not have fired: time has gone on.
    assertThat(seen).hasSizeGreaterThanOrEqualTo(2 * FIRINGS).isSorted();
  }

  private void awaitPace() throws InterruptedException {
    firings = new CountDownLatch(FIRINGS);
    checkpoints = new CountDownLatch(CHECKPOINTS);
    firings.await();
    checkpoints.await();
  }

  /** Each key has one timer, which sets itself anew. */
  private final class Ticking implements KeyedHandler<Long> {
    private final KeyedContext<Integer, Long> context;

    Ticking(KeyedContext<Integer, Long> context) {
      this.context = context;
    }

    private void register() {
      long due = context.processingTimeMillis() + STEP_MILLIS;
      context.registerProcessingTimer(due);
      timers.putIfAbsent(timer(due), false);
    }

    private List<Long> timer(long due) {
      return List.of((long) context.key(), due);
    }

    @Override
    public void onElement(Long number, long timestampMillis) {
      if (number < 7) {
        register();
      }
    }

    @Override
    public void onProcessingTimer(long timestampMillis) {
      seen.add(context.processingTimeMillis());
      if (timers.put(timer(timestampMillis), true)) {
        firedTwice.add(timer(timestampMillis));
      }
      register();
      firings.countDown();
    }
  }

  private final class Shifted extends Clock {
    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return Instant.ofEpochMilli(System.currentTimeMillis() + shiftMillis.get());
    }
  }
}
