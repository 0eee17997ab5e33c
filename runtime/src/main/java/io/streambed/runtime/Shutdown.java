package io.streambed.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for the threads of a job to end, each group for the time that is left; those that do not
 * end are left behind and told. The master's thread.
 */
final class Shutdown {
  private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);
  private static final long LOOK_MILLIS = 5;

  /** So long is waited in any case, for threads that have nothing left to do but to end. */
  private static final long LEAST_MILLIS = 300;

  private final JobEvents events;
  private final LongSupplier nanos;
  private final long startNanos;
  private final long deadlineNanos;
  private final List<StuckThreadException> left = new ArrayList<>();

  /** Begins now; lasts until a time of the clock, and a little more. */
  Shutdown(JobEvents events, LongSupplier nanos, long deadlineNanos) {
    this.events = events;
    this.nanos = nanos;
    this.startNanos = nanos.getAsLong();
    this.deadlineNanos = deadlineNanos;
  }

  /** Waits for a thread. */
  void await(Thread thread) {
    await(() -> thread.isAlive() ? List.of(thread) : List.of());
  }

  /** Waits for threads, asking again and again which are alive. */
  void await(Supplier<List<Thread>> group) {
    long untilNanos = nanos.getAsLong() + TimeUnit.MILLISECONDS.toNanos(LEAST_MILLIS);
    if (deadlineNanos - untilNanos > 0) {
      untilNanos = deadlineNanos;
    }
    List<Thread> alive = group.get();
    boolean interrupted = false;
    while (!alive.isEmpty() && nanos.getAsLong() - untilNanos < 0) {
      try {
        alive.get(0).join(LOOK_MILLIS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
      alive = group.get();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    alive.forEach(this::leaveBehind);
  }

  private void leaveBehind(Thread thread) {
    long waitedMillis = TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong() - startNanos);
    StuckThreadException stuck = StuckThreadException.of(thread, waitedMillis);
    left.add(stuck);
    LOG.warn("A thread was left behind", stuck);
    events.tell(new JobEvent.ThreadLeftBehind(thread.getName(), stuck.getMessage()));
  }

  /** A failure of the job, which also names the threads that were left behind. */
  RuntimeException naming(RuntimeException failure) {
    if (left.isEmpty()) {
      return failure;
    }
    RuntimeException named = failure;
    if (failure instanceof JobFailedException) {
      StuckThreadException first = left.get(0);
      String more = left.size() == 1 ? "" : " (and " + (left.size() - 1) + " more threads)";
      named =
          new JobFailedException(
              failure.getMessage() + "; " + first.getMessage() + more,
              failure.getCause() == null ? first : failure.getCause());
    }
    left.forEach(named::addSuppressed);
    return named;
  }
}
