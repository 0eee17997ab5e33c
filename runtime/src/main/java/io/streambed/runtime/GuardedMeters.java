package io.streambed.runtime;

import io.streambed.meter.Meters;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The meters that a user has given, for one job: what they throw harms nobody and is logged once,
 * and once the job has ended nothing is told to them or registered, whoever still runs.
 *
 * <p>Threading: any thread.
 */
final class GuardedMeters implements Meters {
  private static final Logger LOG = LoggerFactory.getLogger(GuardedMeters.class);

  private final Meters meters;
  private final Guard guard;

  /** What all meters of a job share. */
  private static final class Guard {
    final String job;
    final AtomicBoolean toldOfFailure = new AtomicBoolean();
    volatile boolean ended;

    Guard(String job) {
      this.job = job;
    }

    void run(Runnable call) {
      try {
        call.run();
      } catch (Throwable e) {
        failed(e);
      }
    }

    /** Makes something, unless the job has ended or is ending, or gives what stands for it. */
    synchronized <T> T make(Supplier<T> making, T otherwise) {
      if (ended) {
        return otherwise;
      }
      try {
        return making.get();
      } catch (Throwable e) {
        failed(e);
        return otherwise;
      }
    }

    synchronized void end(Meters meters) {
      if (!ended) {
        ended = true;
        run(meters::end);
      }
    }

    void failed(Throwable e) {
      if (toldOfFailure.compareAndSet(false, true)) {
        LOG.warn(
            "The meters of job \"{}\" failed. The job goes on; what they should have measured is"
                + " missing, and later failures of them are not logged.",
            job,
            e);
      }
    }
  }

  private GuardedMeters(Meters meters, Guard guard) {
    this.meters = meters;
    this.guard = guard;
  }

  /** The meters of one run of a job, which carry its name. */
  static Meters of(Meters meters, String job) {
    return meters == NONE ? NONE : new GuardedMeters(meters, new Guard(job)).tagged("job", job);
  }

  @Override
  public Counter counter(String name) {
    Counter counter = guard.make(() -> meters.counter(name), NONE.counter(name));
    return more -> {
      if (!guard.ended) {
        guard.run(() -> counter.add(more));
      }
    };
  }

  @Override
  public Histogram histogram(String name) {
    Histogram histogram = guard.make(() -> meters.histogram(name), NONE.histogram(name));
    return value -> {
      if (!guard.ended) {
        guard.run(() -> histogram.record(value));
      }
    };
  }

  @Override
  public Gauge gauge(String name, LongSupplier value) {
    Gauge gauge = guard.make(() -> meters.gauge(name, value), NONE.gauge(name, value));
    return () -> guard.run(gauge::close);
  }

  @Override
  public Meters tagged(String key, String value) {
    return new GuardedMeters(guard.make(() -> meters.tagged(key, value), NONE), guard);
  }

  /** All meters of the job end: there is no part of it that ends before. */
  @Override
  public void end() {
    guard.end(meters);
  }

  @Override
  public long nanos() {
    try {
      return meters.nanos();
    } catch (Throwable e) {
      guard.failed(e);
      return 0;
    }
  }
}
