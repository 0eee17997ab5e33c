package io.streambed.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.error.CheckpointDeclinedException;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** A user's code hangs for ever: the job ends as it should, and says what hangs. */
class HangingCodeTest extends HangContract {
  // ---- readers

  @Test
  void cancel_whileAReaderHangsWhateverIsDone_namesItsThread() {
    small.onNext = number -> hang.here();
    assertLeftBehind(
        cancelledWhileHanging(), "small/numbers/0", "called by io.streambed.runtime.Hang.here");
    assertThat(small.closed).as("closed from outside").contains("reader");
  }

  @Test
  void cancel_whileAReaderWaitsUntilItIsClosed_closesItFromOutsideOnce() {
    Hang untilClosed = new Hang();
    small.onNext =
        number -> {
          hang.release();
          untilClosed.here();
          throw new IOException("closed");
        };
    small.onReaderClose = reader -> untilClosed.release();
    JobHandle job = start();
    untilClosed.awaitReached();
    cancel(job);
    assertThat(heard(JobEvent.ThreadLeftBehind.class)).isEmpty();
    assertThat(small.closed).containsOnlyOnce("reader");
  }

  @Test
  void cancel_whileTheCloseOfAReaderHangs_namesItsThread() {
    small.onReaderClose = reader -> hang.here();
    CompletableFuture<Void> reading = new CompletableFuture<>();
    small.onNext =
        number -> {
          reading.complete(null);
          small.permits();
        };
    JobHandle job = start();
    reading.join();
    job.cancel();
    assertLeftBehind(failure(job), "small/numbers/0", "called by io.streambed.runtime.Hang.here");
  }

  @Test
  void checkpoint_whileAReaderWaitsUntilItIsClosed_startsAgain() {
    AtomicInteger waits = new AtomicInteger();
    Hang untilClosed = new Hang();
    small.elements = 5;
    small.onNext =
        number -> {
          if (waits.getAndIncrement() == 0) {
            untilClosed.here();
          }
        };
    small.onReaderClose = reader -> untilClosed.release();
    options =
        options
            .withCheckpoints(IMPATIENT.withIntervalMillis(20))
            .withRestarts(new RestartPolicy(100, 0));
    assertThat(start().await().restarts()).isPositive();
    assertThat(small.committedLines()).isEqualTo(5);
    assertThat(heard(JobEvent.CheckpointAborted.class))
        .anyMatch(
            aborted ->
                aborted.reason().contains("timed out")
                    && aborted
                        .reason()
                        .contains("what holds it up: subtask 0 of operator \"numbers\"")
                    && aborted.reason().contains("called by io.streambed.runtime.Hang.here"));
  }

  // ---- functions

  @Test
  void cancel_whileAFunctionHangs_namesItsThread() {
    small.onNext = number -> {};
    small.onElement = number -> hang.here();
    assertLeftBehind(
        cancelledWhileHanging(), "small/count/0", "called by io.streambed.runtime.Hang.here");
  }

  @Test
  void checkpoint_whileAFunctionHangs_failsTheJobWithoutStartingBesideIt() {
    small.onNext = number -> {};
    small.elements = 5;
    small.onElement = number -> hang.here();
    options = options.withCheckpoints(IMPATIENT).withRestarts(new RestartPolicy(100, 0));
    JobFailedException failure = failure(start());
    assertThat(failure)
        .hasMessageContaining("1 checkpoints failed in a row")
        .hasMessageContaining("what holds it up: subtask 0 of operator \"count\"")
        .hasMessageContaining("does not start again");
    assertLeftBehind(failure, "small/count/0", "called by io.streambed.runtime.Hang.here");
    assertThat(heard(JobEvent.Running.class)).hasSize(1);
  }

  @Test
  void failure_whileAnotherSubtaskHangs_isToldAndNamesTheThread() {
    small.parallelism = 2;
    small.onNext = number -> {};
    AtomicReference<Thread> hanging = new AtomicReference<>();
    small.onElement =
        number -> {
          if (hanging.compareAndSet(null, Thread.currentThread())) {
            hang.here();
          } else {
            hang.awaitReached();
            throw new IllegalStateException("told to fail");
          }
        };
    options = options.withRestarts(new RestartPolicy(100, 0));
    JobFailedException failure = failure(start());
    assertThat(failure).hasMessageContaining("told to fail").hasRootCauseMessage("told to fail");
    assertLeftBehind(failure, hanging.get().getName(), "called by io.streambed.runtime.Hang.here");
    assertThat(heard(JobEvent.Running.class)).hasSize(1);
  }

  @Test
  void checkpoint_whileAFunctionHangsUntilItIsInterrupted_startsAgain() {
    AtomicInteger seen = new AtomicInteger();
    small.onNext = number -> {};
    small.elements = 5;
    small.onElement =
        number -> {
          if (seen.getAndIncrement() == 0) {
            try {
              new CountDownLatch(1).await();
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
          }
        };
    options = options.withCheckpoints(IMPATIENT).withRestarts(new RestartPolicy(100, 0));
    assertThat(start().await().restarts()).isPositive();
    assertThat(small.committedLines()).isEqualTo(5);
  }

  @Test
  void cancel_whileAFunctionHangsWhenOpened_namesItsThread() {
    small.open =
        context -> {
          hang.here();
          throw new IllegalStateException("given up");
        };
    assertLeftBehind(
        cancelledWhileHanging(), "small/count/0", "called by io.streambed.runtime.Hang.here");
  }

  // ---- sinks

  @Test
  void cancel_whileASinkHangs_namesItsThreadWhichWritesNothingAfterwards() throws Exception {
    small.onNext = number -> {};
    small.onWrite = number -> hang.here();
    JobHandle job = start();
    hang.awaitReached();
    Thread sink = threadNamed("small/sink/0");
    job.cancel();
    assertLeftBehind(failure(job), "small/sink/0", "called by io.streambed.runtime.Hang.here");
    hang.release();
    sink.join();
    assertThat(small.written).as("what it hung in").hasSizeLessThanOrEqualTo(1);
    assertThat(small.committed).isEmpty();
    assertThat(small.closed).contains("writer");
  }

  private static Thread threadNamed(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void cancel_whileTheLastCommitHangs_tellsThatItIsToBeDoneAgain() {
    small.onNext = number -> {};
    small.elements = 5;
    small.onCommit = name -> hang.here();
    JobHandle job = start();
    hang.awaitReached();
    job.cancel();
    JobFailedException failure = failure(job);
    assertThat(failure)
        .hasMessageContaining("could not be committed: it was cancelled")
        .hasMessageContaining("restore latest");
    assertLeftBehind(failure, "small/sink/0", "called by io.streambed.runtime.Hang.here");
    hang.release();
    small.onCommit = name -> {};
    options = options.withRestore(new RestorePoint.Latest());
    start().await();
    assertThat(small.committedLines()).isEqualTo(5);
  }

  @Test
  void failure_whoseSubtaskHangsWhenItCloses_isToldAll() {
    small.onNext = number -> {};
    small.onWrite =
        number -> {
          throw new IOException("target is gone");
        };
    small.onWriterClose = writer -> hang.here();
    JobFailedException failure = failure(start());
    assertThat(failure)
        .hasMessageContaining("subtask 0 of operator \"sink\" failed")
        .hasMessageContaining("target is gone");
    assertLeftBehind(failure, "small/sink/0", "called by io.streambed.runtime.Hang.here");
  }

  // ---- listeners and answers

  @Test
  void run_whileTheListenerHangs_endsAndDeliversNothingMore() {
    small.onNext = number -> {};
    small.elements = 2_000;
    AtomicInteger heard = new AtomicInteger();
    options =
        options.withListener(
            event -> {
              heard.incrementAndGet();
              hang.here();
            });
    assertThat(start().await().recordsRead()).isEqualTo(2_000);
    assertThat(heard).hasValue(1);
    assertThat(small.committedLines()).isEqualTo(2_000);
  }

  @Test
  void run_withAListenerThatThrows_endsAndGoesOnTelling() {
    small.onNext = number -> {};
    small.elements = 5;
    options =
        options.withListener(
            event -> {
              events.add(event);
              throw new AssertionError("told to fail");
            });
    start().await();
    assertThat(events).last().isEqualTo(new JobEvent.Finished());
    assertThat(small.committedLines()).isEqualTo(5);
  }

  @Test
  void savepoint_whoseAnswerIsHeldOrFails_harmsNobody() {
    small.elements = 100_000;
    small.onNext =
        number -> {
          if (number == 99_999) {
            hang.awaitReached();
          }
        };
    JobHandle job = start();
    CompletableFuture<String> first = job.savepoint();
    CompletableFuture<?> held = first.thenAccept(location -> hang.here());
    first.thenAccept(
        location -> {
          throw new IllegalStateException("told to fail");
        });
    hang.awaitReached();
    job.await();
    assertThat(held).isNotDone();
    assertThatThrownBy(() -> job.savepoint().join())
        .hasCauseInstanceOf(CheckpointDeclinedException.class);
  }
}
