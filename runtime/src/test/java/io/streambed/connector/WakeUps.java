package io.streambed.connector;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.job.Poll;
import io.streambed.job.Source;
import io.streambed.job.SplitContext;
import io.streambed.job.SplitReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Stands for a subtask that sleeps until its reader wakes it up, however long that takes. */
final class WakeUps implements Runnable {
  private static final int AT_MOST_SECONDS = 30;
  private final Semaphore calls = new Semaphore(0);

  @Override
  public void run() {
    calls.release();
  }

  int count() {
    return calls.availablePermits();
  }

  /** Opens the only split of a source. */
  <T, P> SplitReader<T, P> open(Source<T, P> source, P position) throws Exception {
    return source.open(
        new SplitContext<>(source.splits().get(0), Optional.ofNullable(position), this));
  }

  /** What the reader answers, after as many wake-ups as it takes. */
  Poll poll(SplitReader<?, ?> reader) throws Exception {
    Poll answer = reader.poll();
    while (answer == Poll.IDLE) {
      assertThat(calls.tryAcquire(AT_MOST_SECONDS, TimeUnit.SECONDS)).as("woken up").isTrue();
      calls.drainPermits();
      answer = reader.poll();
    }
    return answer;
  }

  /** All elements up to the end. */
  <T> List<T> rest(SplitReader<T, ?> reader) throws Exception {
    List<T> elements = new ArrayList<>();
    while (poll(reader) == Poll.ELEMENT) {
      elements.add(reader.element());
    }
    return elements;
  }
}
