package io.streambed.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.backend.Store;
import io.streambed.error.StreambedException;
import io.streambed.job.Poll;
import io.streambed.job.Source;
import io.streambed.job.SplitReader;
import io.streambed.runtime.JobHandle;
import io.streambed.runtime.JobResult;
import io.streambed.runtime.Streambed;
import io.streambed.serial.Serializers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BlockingSourceTest extends SourceContract<String> {
  private final WaitingReader waiting = new WaitingReader(Optional.empty());

  @Override
  Source<String, String> source(List<String> elements) {
    return source((split, position) -> opened(elements, position));
  }

  private static BlockingSource<String, String> source(
      BlockingSource.Opener<String, String> opener) {
    return new BlockingSource<>(List.of("the split"), Serializers.strings(), opener);
  }

  /** A reader of what a test gives to {@link #waiting}. */
  private SplitReader<String, String> open() throws Exception {
    return wakeUps.open(source((split, position) -> waiting), null);
  }

  @Test
  void poll_whileTheReaderWaits_isIdleUntilItWakesUp() throws Exception {
    try (SplitReader<String, String> reader = open()) {
      assertThat(reader.poll()).isEqualTo(Poll.IDLE);
      assertThat(reader.position()).isNull();
      waiting.give("a");
      assertThat(wakeUps.poll(reader)).isEqualTo(Poll.ELEMENT);
      assertThat(reader.element()).isEqualTo("a");
      assertThat(reader.poll()).isEqualTo(Poll.IDLE);
      assertThat(reader.position()).isEqualTo("1");
      waiting.end();
      assertThat(wakeUps.poll(reader)).isEqualTo(Poll.END);
      assertThat(reader.position()).isEqualTo("1");
    }
  }

  @Test
  void position_elementsAreReadAhead_isThatOfTheElementGivenLast() throws Exception {
    try (SplitReader<String, String> reader = open()) {
      waiting.give("a", "b", "c");
      waiting.waiting.acquire();
      wakeUps.poll(reader);
      assertThat(reader.position()).isEqualTo("1");
      assertThat(reader.timestampMillis()).isEqualTo(1);
      wakeUps.poll(reader);
      assertThat(reader.element()).isEqualTo("b");
      assertThat(reader.position()).isEqualTo("2");
      assertThat(reader.timestampMillis()).isEqualTo(2);
    }
  }

  @Test
  void poll_nobodyTakes_readsNoMoreThanItMay() throws Exception {
    List<String> elements = elements(3 * BlockingSource.READ_AHEAD);
    waiting.give(elements.toArray(String[]::new)).end();
    try (SplitReader<String, String> reader = open()) {
      awaitFull();
      // One more than was handed over: the one that there is no room for.
      assertThat(waiting.read).hasValue(BlockingSource.READ_AHEAD + 1);
      assertThat(wakeUps.rest(reader)).isEqualTo(elements);
    }
  }

  @Test
  void open_thread_isADaemonNamedAfterTheSplit() throws Exception {
    try (SplitReader<String, String> reader = open()) {
      waiting.give("a");
      wakeUps.poll(reader);
      assertThat(waiting.thread.getName())
          .isEqualTo(Thread.currentThread().getName() + "/the split");
      assertThat(waiting.thread.isDaemon()).isTrue();
    }
  }

  @Test
  void acknowledge_reachesTheReader() throws Exception {
    try (SplitReader<String, String> reader = open()) {
      waiting.give("a");
      wakeUps.poll(reader);
      reader.acknowledge("1");
      assertThat(waiting.acknowledged).containsExactly("1");
    }
  }

  // ---- failures

  @Test
  void poll_readerFails_throwsAfterTheElementsBefore() throws Exception {
    BlockingReader<String, String> failing =
        new Delegating(waiting) {
          @Override
          public boolean next() throws Exception {
            if (waiting.read.get() == 2) {
              throw new IOException("told to fail");
            }
            return super.next();
          }
        };
    waiting.give("a", "b", "c");
    try (SplitReader<String, String> reader = wakeUps.open(source((s, p) -> failing), null)) {
      assertThat(wakeUps.poll(reader)).isEqualTo(Poll.ELEMENT);
      assertThat(wakeUps.poll(reader)).isEqualTo(Poll.ELEMENT);
      assertThatThrownBy(() -> wakeUps.poll(reader))
          .isInstanceOf(StreambedException.class)
          .hasMessageContainingAll("split \"the split\"", "told to fail")
          .hasCauseInstanceOf(IOException.class);
      assertThat(reader.position()).isEqualTo("2");
    }
  }

  @Test
  void poll_openerFailsOrGivesNothing_throws() throws Exception {
    try (SplitReader<String, String> reader =
        wakeUps.open(
            source(
                (split, position) -> {
                  throw new IOException("no connection");
                }),
            null)) {
      assertThatThrownBy(() -> wakeUps.poll(reader)).hasMessageContaining("no connection");
    }
    try (SplitReader<String, String> reader = wakeUps.open(source((s, p) -> null), null)) {
      assertThatThrownBy(() -> wakeUps.poll(reader)).hasMessageContaining("gave no reader");
    }
  }

  @Test
  void poll_readerGivesNull_throws() throws Exception {
    waiting.give("a");
    BlockingReader<String, String> noPosition =
        new Delegating(waiting) {
          @Override
          public String position() {
            return null;
          }
        };
    try (SplitReader<String, String> reader = wakeUps.open(source((s, p) -> noPosition), null)) {
      assertThatThrownBy(() -> wakeUps.poll(reader)).hasMessageContaining("null as a position");
    }
  }

  @Test
  void poll_threadIsInterruptedByAnybodyElse_failsAndDoesNotHang() throws Exception {
    waiting.give(elements(BlockingSource.READ_AHEAD + 1).toArray(String[]::new));
    try (SplitReader<String, String> reader = open()) {
      // While it waits for room for an element, and then while it waits to tell of the failure.
      for (int i = 0; i < 2; i++) {
        awaitFull();
        waiting.thread.interrupt();
        while (waiting.thread.isInterrupted()) {
          // If it got room first, it would not notice.
          Thread.yield();
        }
      }
      assertThatThrownBy(() -> wakeUps.rest(reader))
          .isInstanceOf(StreambedException.class)
          .hasCauseInstanceOf(InterruptedException.class);
      assertThat(reader.position()).isEqualTo(Integer.toString(BlockingSource.READ_AHEAD));
    }
  }

  /** Waits until the thread waits for room. */
  private void awaitFull() {
    while (waiting.read.get() <= BlockingSource.READ_AHEAD
        || waiting.thread.getState() != Thread.State.WAITING) {
      Thread.yield();
    }
  }

  // ---- closing

  @Test
  void close_whileTheReaderWaits_closesItOnceAndEndsTheThread() throws Exception {
    SplitReader<String, String> reader = open();
    waiting.waiting.acquire();
    reader.close();
    assertThat(waiting.closed).hasValue(1);
    waiting.thread.join();
  }

  @Test
  void close_whileTheThreadWaitsForRoom_endsIt() throws Exception {
    waiting.give(elements(BlockingSource.READ_AHEAD + 1).toArray(String[]::new));
    SplitReader<String, String> reader = open();
    awaitFull();
    reader.close();
    waiting.thread.join();
    assertThat(waiting.closed).hasValue(1);
  }

  @Test
  void close_whileTheOpenerWaits_interruptsItAndClosesWhatItGives() throws Exception {
    CountDownLatch opening = new CountDownLatch(1);
    SplitReader<String, String> reader =
        wakeUps.open(
            source(
                (split, position) -> {
                  opening.countDown();
                  try {
                    new CountDownLatch(1).await();
                  } catch (InterruptedException e) {
                    return waiting;
                  }
                  return null;
                }),
            null);
    opening.await();
    reader.close();
    while (waiting.closed.get() == 0) {
      Thread.yield();
    }
    assertThat(waiting.closed).hasValue(1);
    assertThat(waiting.read).hasValue(0);
  }

  @Test
  void close_threadDoesNotEnd_leavesItBehindWithAWarning() throws Exception {
    BlockingReader<String, String> deaf =
        new Delegating(waiting) {
          @Override
          public void close() {
            // It goes on waiting.
          }
        };
    SplitReader<String, String> reader = wakeUps.open(source((s, p) -> deaf), null);
    waiting.waiting.acquire();
    PrintStream err = System.err;
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    System.setErr(new PrintStream(told, true, StandardCharsets.UTF_8));
    try {
      reader.close();
    } finally {
      System.setErr(err);
    }
    assertThat(told.toString(StandardCharsets.UTF_8))
        .contains("WARN", waiting.thread.getName(), "left behind");
    assertThat(waiting.thread.isAlive()).isTrue();
    waiting.give("dropped");
    waiting.thread.join();
  }

  @Test
  void close_readerCannotBeClosed_endsTheThreadAndThrows() throws Exception {
    BlockingReader<String, String> failing =
        new Delegating(waiting) {
          @Override
          public void close() throws IOException {
            super.close();
            throw new IOException("told to fail");
          }
        };
    SplitReader<String, String> reader = wakeUps.open(source((s, p) -> failing), null);
    waiting.waiting.acquire();
    assertThatThrownBy(reader::close).isInstanceOf(IOException.class);
    waiting.thread.join();
  }

  // ---- in a job

  @Test
  void run_readerFailsOnce_readsEveryElementOnce() {
    List<String> elements = elements(5_000);
    CompletableFuture<Void> failed = new CompletableFuture<>();
    Source<String, String> source =
        source(
            (split, position) ->
                new Delegating(opened(elements, position)) {
                  @Override
                  public boolean next() throws Exception {
                    boolean more = super.next();
                    if (more && element().equals("element 3000") && failed.complete(null)) {
                      throw new IOException("told to fail");
                    }
                    return more;
                  }
                });
    CollectingSink<String> sink = new CollectingSink<>();
    var result = new ConnectorJob().run(ConnectorJob.job(source, sink));
    assertThat(sink.results()).isEqualTo(elements);
    assertThat(result.restarts()).isEqualTo(1);
  }

  private static WaitingReader opened(List<String> elements, Optional<String> position) {
    WaitingReader reader = new WaitingReader(position);
    int start = position.map(Integer::parseInt).orElse(0);
    return reader.give(elements.subList(start, elements.size()).toArray(String[]::new)).end();
  }

  @Test
  void cancel_whileTheReaderWaits_endsTheJobAndTheThread() throws Exception {
    ConnectorJob job = new ConnectorJob();
    JobHandle handle =
        Streambed.start(
            ConnectorJob.job(source((s, p) -> waiting), new CollectingSink<String>()),
            Store.of(job.backend),
            job.options());
    waiting.waiting.acquire();
    // It takes part in checkpoints while it waits.
    handle.savepoint().join();
    assertThat(waiting.thread.getName()).isEqualTo("connect/in/0/the split");
    handle.cancel();
    assertThat(handle.await().end()).isEqualTo(JobResult.End.CANCELLED);
    waiting.thread.join();
    assertThat(waiting.closed).hasValue(1);
  }

  /** A reader that does what another one does. */
  private static class Delegating implements BlockingReader<String, String> {
    private final BlockingReader<String, String> to;

    Delegating(BlockingReader<String, String> to) {
      this.to = to;
    }

    @Override
    public boolean next() throws Exception {
      return to.next();
    }

    @Override
    public String element() {
      return to.element();
    }

    @Override
    public String position() {
      return to.position();
    }

    @Override
    public long timestampMillis() {
      return to.timestampMillis();
    }

    @Override
    public void close() throws IOException {
      to.close();
    }
  }
}
