package io.streambed.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.streambed.backend.Store;
import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.StateQueryException;
import io.streambed.error.StateQueryException.Reason;
import io.streambed.serial.Serializer;
import io.streambed.serial.SerializerSnapshot;
import io.streambed.serial.Serializers;
import io.streambed.snapshot.KeyedStateStatistics;
import io.streambed.state.StateQuery;
import io.streambed.state.TimeToLive;
import io.streambed.state.ValueState;
import io.streambed.state.ValueStateDescriptor;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Looks into a running job: who answers, who waits, what is refused, what an open view costs. */
class StateQueriesTest extends HangContract {
  private static final StateQuery<Long> COUNT = StateQuery.of(SmallJob.COUNT);
  private static final Duration LONG = Duration.ofMinutes(1);

  private final FedSource.Feed feed;
  private long given;
  private JobHandle job;

  StateQueriesTest() {
    FedSource source = new FedSource();
    feed = source.split("a");
    small.source = source;
  }

  /** Numbers from 0 on, each of which is seen at once. */
  private void give(int count) {
    for (int i = 0; i < count; i++) {
      feed.give(given++);
    }
  }

  /** What a test that fails leaves behind. */
  @AfterEach
  void endJob() {
    if (job != null) {
      job.cancel();
    }
  }

  private CompletableFuture<Optional<Long>> ask(int key) {
    return job.query("count", COUNT, key);
  }

  private void startWith(int elements) {
    give(elements);
    job = start();
    await().until(() -> small.written.size() == elements);
  }

  private static void assertRefused(Reason reason, String says, CompletableFuture<?> asked) {
    ExecutionException failure = catchThrowableOfType(ExecutionException.class, asked::get);
    assertThat(failure).hasCauseInstanceOf(StateQueryException.class).hasMessageContaining(says);
    assertThat(((StateQueryException) failure.getCause()).reason()).isEqualTo(reason);
    Throwable seen = asked.handle((answer, thrown) -> thrown).join();
    assertThat(seen).as("what depends on it sees").isInstanceOf(StateQueryException.class);
  }

  /** Lets the function hang where it is opened. */
  private void hangWhereItOpens() {
    var open = small.open;
    small.open =
        context -> {
          hang.here();
          return open.open(context);
        };
  }

  @Test
  void query_ofEachKey_isAnsweredByTheSubtaskThatHasIt() {
    small.parallelism = 2;
    startWith(70);
    for (int key = 0; key < 7; key++) {
      assertThat(ask(key).join()).contains(10L);
    }
    assertThat(ask(99).join()).isEmpty();
    cancel(job);
  }

  @Test
  void answer_isGivenOnAThreadThatIsNotATasks() {
    startWith(1);
    List<String> threads = new ArrayList<>();
    CompletableFuture<Object> asked = job.query("count", COUNT, 0).thenApply(this::threadName);
    CompletableFuture<Object> refused =
        job.query("count", COUNT, "no number")
            .handle((answer, failure) -> threadName(failure == null ? answer : failure));
    threads.add((String) asked.join());
    threads.add((String) refused.join());
    assertThat(threads).noneMatch(thread -> thread.startsWith("small/count"));
    cancel(job);
  }

  private Object threadName(Object answer) {
    assertThat(answer).isNotNull();
    return Thread.currentThread().getName();
  }

  @Test
  void query_beforeTheStateIsOpen_waits() {
    hangWhereItOpens();
    job = start();
    hang.awaitReached();
    CompletableFuture<Optional<Long>> asked = ask(1);
    CompletableFuture<OperatorView> view = job.view("count", LONG);
    assertThat(asked).isNotDone();
    assertThat(view).isNotDone();
    hang.release();
    assertThat(asked.join()).isEmpty();
    view.join().close();
    cancel(job);
  }

  @Test
  void query_whileTheJobStartsAgain_isAnsweredOfTheStateItGoesOnWith() {
    AtomicBoolean failed = new AtomicBoolean();
    small.onElement =
        number -> {
          if (number == 20 && failed.compareAndSet(false, true)) {
            hangWhereItOpens();
            throw new IllegalStateException("once");
          }
        };
    options =
        options
            .withCheckpoints(IMPATIENT.withIntervalMillis(10))
            .withRestarts(new RestartPolicy(1, 1));
    startWith(14);
    int before = heard(JobEvent.CheckpointCompleted.class).size();
    await().until(() -> heard(JobEvent.CheckpointCompleted.class).size() > before + 2);
    give(7);
    hang.awaitReached();
    CompletableFuture<Optional<Long>> asked = ask(3);
    assertThat(asked).isNotDone();
    hang.release();
    assertThat(asked.join().orElseThrow()).isBetween(2L, 3L);
    cancel(job);
  }

  @Test
  void query_whenTheJobEnds_isToldSo() throws InterruptedException {
    CountDownLatch opening = new CountDownLatch(1);
    small.open =
        context -> {
          opening.countDown();
          while (!Thread.currentThread().isInterrupted()) {
            LockSupport.park();
          }
          throw new IllegalStateException("the job ends");
        };
    job = start();
    opening.await();
    CompletableFuture<Optional<Long>> asked = ask(1);
    CompletableFuture<OperatorView> view = job.view("count", LONG);
    CompletableFuture<?> counted = job.statistics();
    cancel(job);
    for (CompletableFuture<?> each :
        List.of(asked, view, counted, ask(1), job.view("count", LONG), job.statistics())) {
      assertRefused(Reason.ENDED, "the job has ended", each);
    }
  }

  @Test
  void query_thatDoesNotFit_isRefusedAndNamesTheWayOut() {
    startWith(1);
    var texts = new ValueStateDescriptor<>("count", Serializers.strings());
    var other = new ValueStateDescriptor<>("other", Serializers.longs());
    assertRefused(Reason.UNKNOWN_OPERATOR, "[count]", job.query("numbers", COUNT, 1));
    assertRefused(Reason.UNKNOWN_OPERATOR, "[count]", job.view("counts", LONG));
    assertRefused(Reason.UNKNOWN_STATE, "[count]", job.query("count", StateQuery.of(other), 1));
    assertRefused(
        Reason.OTHER_TYPE, "is declared as VALUE", job.query("count", StateQuery.of(texts), 1));
    assertRefused(Reason.UNUSABLE_KEY, "key null", job.query("count", COUNT, null));
    assertRefused(Reason.UNUSABLE_KEY, "java.lang.String", job.query("count", COUNT, "1"));
    try (OperatorView view = job.view("count", LONG).join()) {
      assertThatThrownBy(() -> view.query(COUNT, "1"))
          .isInstanceOf(StateQueryException.class)
          .hasMessageContaining("java.lang.String");
    }
    assertThatThrownBy(() -> job.view("count", Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(ask(0).join()).as("the task goes on").contains(1L);
    cancel(job);
  }

  @Test
  void queries_thatABusySubtaskDoesNotAnswer_areBounded() {
    small.onElement = number -> hang.here();
    give(1);
    job = start();
    hang.awaitReached();
    List<CompletableFuture<Optional<Long>>> asked = new ArrayList<>();
    for (int i = 0; i < SubtaskQuestions.MAX_ASKED; i++) {
      asked.add(ask(i));
    }
    assertRefused(Reason.TOO_MANY, "subtask 0 of operator \"count\"", ask(1));
    asked.remove(5).cancel(false);
    asked.add(ask(0));
    assertRefused(Reason.TOO_MANY, "wait for some", ask(1));
    hang.release();
    asked.forEach(CompletableFuture::join);
    assertThat(ask(0).join()).contains(1L);
    cancel(job);
  }

  @Test
  void elements_whileQueriesComeWithoutAPause_areHandled() {
    startWith(1);
    AtomicBoolean stopped = new AtomicBoolean();
    for (int i = 0; i < 100; i++) {
      askAgain(stopped);
    }
    give(1_000);
    await().until(() -> small.written.size() == 1_001);
    stopped.set(true);
    cancel(job);
  }

  private void askAgain(AtomicBoolean stopped) {
    ask(0)
        .thenAccept(
            answer -> {
              if (!stopped.get()) {
                askAgain(stopped);
              }
            });
  }

  @Test
  void view_ofARunningJob_showsTheMomentItWasTaken() {
    small.parallelism = 2;
    startWith(70);
    OperatorView view = job.view("count", LONG).join();
    give(7);
    await().until(() -> small.written.size() == 77);
    for (int key = 0; key < 7; key++) {
      assertThat(view.query(COUNT, key)).contains(10L);
      assertThat(ask(key).join()).contains(11L);
    }
    cancel(job);
    assertThatThrownBy(() -> view.query(COUNT, 1))
        .isInstanceOf(StateQueryException.class)
        .hasMessageContaining("the view is closed");
  }

  @Test
  void views_thatAreOpen_areBoundedInNumberAndTime() {
    startWith(1);
    List<OperatorView> views = new ArrayList<>();
    for (int i = 0; i < StateQueries.MAX_VIEWS - 1; i++) {
      views.add(job.view("count", LONG).join());
    }
    OperatorView brief = job.view("count", Duration.ofMillis(1)).join();
    await()
        .untilAsserted(
            () ->
                assertThatThrownBy(() -> brief.query(COUNT, 1))
                    .isInstanceOf(StateQueryException.class));
    views.add(job.view("count", LONG).join());
    assertRefused(Reason.TOO_MANY, "4 views", job.view("count", LONG));
    views.get(0).close();
    views.get(0).close();
    job.view("count", LONG).join();
    assertRefused(Reason.TOO_MANY, "close one", job.view("count", LONG));
    cancel(job);
  }

  @Test
  void statistics_ofSeveralSubtasks_addUp() {
    small.parallelism = 2;
    startWith(70);
    var statistics = job.statistics().join();
    assertThat(statistics).containsOnlyKeys("count");
    KeyedStateStatistics count =
        statistics.get("count").stream()
            .filter(state -> state.schema().name().equals("count"))
            .findFirst()
            .orElseThrow();
    assertThat(count.total().entries()).isEqualTo(7);
    assertThat(count.total().bytes()).isGreaterThanOrEqualTo(7 * (Integer.BYTES + Long.BYTES));
    cancel(job);
  }

  @Test
  void statistics_whoseCountGoesOnWhenTheJobIsCancelled_areToldThatItHasEnded() {
    // The heap writes the values of what it freezes when they are counted.
    var descriptor = new ValueStateDescriptor<>("count", new Slow(hang), 0L);
    var slow =
        Streambed.job("small")
            .source("numbers", small.source, small.watermarks)
            .keyBy(number -> 1)
            .<Long>process(
                "count",
                context -> {
                  ValueState<Long> count = context.state(descriptor);
                  return (number, millis) -> {
                    count.update(number);
                    context.emit(number, millis);
                  };
                })
            .sink("sink", small.sink())
            .build();
    give(7);
    job = Streambed.start(slow, Store.of(backend()), options);
    await().until(() -> small.written.size() == 7);
    CompletableFuture<?> counted = job.statistics();
    hang.awaitReached();
    job.cancel();
    assertRefused(Reason.ENDED, "the job has ended", counted);
    hang.release();
    assertThat(job.await().end()).isEqualTo(JobResult.End.CANCELLED);
  }

  /** Numbers, whose serializer hangs on threads that work beside the tasks. */
  private static final class Slow implements Serializer<Long> {
    private final Hang hang;
    private final Serializer<Long> plain = Serializers.longs();

    Slow(Hang hang) {
      this.hang = hang;
    }

    @Override
    public void write(Long value, ByteWriter out) {
      if (Thread.currentThread().getName().equals("small/background")) {
        hang.here();
      }
      plain.write(value, out);
    }

    @Override
    public Long read(ByteReader in) {
      return plain.read(in);
    }

    @Override
    public Long copy(Long value) {
      return value;
    }

    @Override
    public boolean immutable() {
      return true;
    }

    @Override
    public Serializer<Long> duplicate() {
      return this;
    }

    @Override
    public SerializerSnapshot snapshot() {
      return plain.snapshot();
    }
  }

  /** Asks while the task is busy, so that the callback is there before the answer is. */
  private <T> CompletableFuture<T> askAndThen(Function<Optional<Long>, T> callback) {
    Hang busy = new Hang();
    small.onElement =
        number -> {
          if (number == 7) {
            busy.here();
          }
        };
    startWith(7);
    give(1);
    busy.awaitReached();
    CompletableFuture<T> called = ask(0).thenApply(callback);
    busy.release();
    return called;
  }

  @Test
  void callback_thatWaitsForAnotherAnswer_getsIt() throws Exception {
    CompletableFuture<Optional<Long>> second = askAndThen(first -> ask(1).join());
    assertThat(second.get(10, TimeUnit.SECONDS)).contains(1L);
    cancel(job);
  }

  @Test
  void view_whoseTimeIsOverWhileACallbackWaits_isClosed() {
    CompletableFuture<Boolean> waiting =
        askAndThen(
            answer -> {
              hang.here();
              return true;
            });
    hang.awaitReached();
    OperatorView view = job.view("count", Duration.ofMillis(1)).join();
    await()
        .untilAsserted(
            () ->
                assertThatThrownBy(() -> view.query(COUNT, 1))
                    .isInstanceOf(StateQueryException.class));
    hang.release();
    assertThat(waiting.join()).isTrue();
    cancel(job);
  }

  @Test
  void view_forLongerThanMillisecondsCanSay_staysOpen() {
    startWith(1);
    try (OperatorView view = job.view("count", Duration.ofSeconds(Long.MAX_VALUE)).join()) {
      assertThat(view.query(COUNT, 0)).contains(1L);
    }
    cancel(job);
  }

  @Test
  void value_thatExpiresWhileNothingElseHappens_isNotThere() {
    var descriptor =
        new ValueStateDescriptor<>("count", Serializers.longs(), 0L)
            .withTimeToLive(TimeToLive.of(Duration.ofHours(1)));
    var job =
        Streambed.job("small")
            .source("numbers", small.source, small.watermarks)
            .keyBy(number -> 1)
            .<Long>process(
                "count",
                context -> {
                  ValueState<Long> count = context.state(descriptor);
                  return (number, millis) -> count.update(number);
                })
            .sink("sink", small.sink())
            .build();
    AtomicLong aheadMillis = new AtomicLong();
    options = options.withClock(new Ahead(aheadMillis));
    this.job = Streambed.start(job, Store.of(backend()), options);
    StateQuery<Long> query = StateQuery.of(descriptor);
    give(1);
    await().until(() -> this.job.query("count", query, 1).join().isPresent());
    aheadMillis.set(Duration.ofHours(2).toMillis());
    assertThat(this.job.query("count", query, 1).join()).isEmpty();
    cancel(this.job);
  }

  /** A clock that is set ahead. */
  private static final class Ahead extends Clock {
    private final AtomicLong millis;

    Ahead(AtomicLong millis) {
      this.millis = millis;
    }

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
      return Instant.ofEpochMilli(System.currentTimeMillis() + millis.get());
    }
  }
}
