package io.streambed.cli;

import io.streambed.backend.StateBackend;
import io.streambed.backend.Store;
import io.streambed.connector.ForEachSink;
import io.streambed.connector.QueueSource;
import io.streambed.error.InvariantViolationException;
import io.streambed.job.Job;
import io.streambed.job.JobBuilder;
import io.streambed.job.KeyedContext;
import io.streambed.job.KeyedHandler;
import io.streambed.runtime.JobHandle;
import io.streambed.runtime.RunOptions;
import io.streambed.runtime.Streambed;
import io.streambed.state.ValueState;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A job with live input at a steady rate: one thread pushes elements into a queue, a keyed function
 * counts them in value state, and a sink takes the time at which each arrives. An element is its
 * number, from 0. It is used once.
 *
 * <p>Threading: {@link #run} on one thread. The thread that pushes writes one array, the sink's
 * subtasks another one, each element at its own index; both are read when the job has ended.
 */
final class LatencyJob {
  /** Elements of this time are pushed before those that count. */
  static final int WARM_UP_SECONDS = 1;

  /** How many keys the elements have. */
  static final int KEYS = 1_000;

  private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final int rate;
  private final int seconds;
  private final QueueSource<Integer> queue;
  private final long[] pushedNanos;
  private final long[] arrivedNanos;
  private long startNanos;

  /**
   * A job that has not begun.
   *
   * @param rate elements a second, from 1
   * @param seconds how long elements are pushed that count, from 1
   */
  LatencyJob(int rate, int seconds) {
    this.rate = rate;
    this.seconds = seconds;
    int elements = Math.multiplyExact(rate, WARM_UP_SECONDS + seconds);
    // With room for all of them no push ever waits for a checkpoint.
    this.queue = new QueueSource<>(elements);
    this.pushedNanos = new long[elements];
    this.arrivedNanos = new long[elements];
  }

  /**
   * Runs the job to its end. If the thread is interrupted, the job is stopped.
   *
   * @param options without restarts: an element that is read again would be timed twice
   * @throws io.streambed.runtime.JobFailedException if it failed or was stopped
   */
  LatencyResult run(StateBackend backend, int parallelism, RunOptions options) {
    JobHandle running = Streambed.start(job(parallelism), Store.of(backend), options);
    Thread pusher = new Thread(this::push, "latency-push");
    pusher.start();
    try {
      running.await();
    } finally {
      // A job that has failed takes no more elements.
      pusher.interrupt();
    }
    return result();
  }

  private Job job(int parallelism) {
    return new JobBuilder("latency")
        .parallelism(parallelism)
        .source("queue", queue)
        .keyBy(number -> number % KEYS)
        .process("count", LatencyJob::count)
        .sink("clock", new ForEachSink<Integer>(number -> arrivedNanos[number] = System.nanoTime()))
        .build();
  }

  private static KeyedHandler<Integer> count(KeyedContext<Integer, Integer> context) {
    ValueState<Long> count = context.value("count", Long.class, 0L);
    return (number, timestampMillis) -> {
      count.update(count.value() + 1);
      context.emit(number);
    };
  }

  /**
   * Pushes each element when it is due. The moments are fixed from the start: after a delay the
   * elements that are overdue follow at once, so that the rate stays what it is.
   */
  private void push() {
    try {
      queue.awaitFirstNumber();
      startNanos = System.nanoTime();
      for (int number = 0; number < pushedNanos.length; number++) {
        awaitMoment(startNanos + number * SECOND_NANOS / rate);
        pushedNanos[number] = System.nanoTime();
        queue.push(number);
      }
    } catch (InterruptedException e) {
      // The job has ended before its input has: whoever awaits it tells why.
      Thread.currentThread().interrupt();
    } finally {
      queue.end();
    }
  }

  private static void awaitMoment(long dueNanos) throws InterruptedException {
    for (long left = dueNanos - System.nanoTime(); left > 0; left = dueNanos - System.nanoTime()) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      LockSupport.parkNanos(left);
    }
  }

  private LatencyResult result() {
    int warmUp = rate * WARM_UP_SECONDS;
    long[] latencyNanos = new long[rate * seconds];
    long lastNanos = 0;
    for (int i = 0; i < latencyNanos.length; i++) {
      int number = warmUp + i;
      if (arrivedNanos[number] == 0) {
        throw new InvariantViolationException(
            "element " + number + " has not arrived in the sink of a job that has finished");
      }
      latencyNanos[i] = arrivedNanos[number] - pushedNanos[number];
      lastNanos = Math.max(lastNanos, arrivedNanos[number] - startNanos);
    }
    Arrays.sort(latencyNanos);
    long tookNanos = Math.max(seconds * SECOND_NANOS, lastNanos - WARM_UP_SECONDS * SECOND_NANOS);
    return LatencyResult.of(rate, tookNanos, latencyNanos);
  }
}
