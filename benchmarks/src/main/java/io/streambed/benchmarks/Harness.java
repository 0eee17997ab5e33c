package io.streambed.benchmarks;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.TimeUnit;

/**
 * Times operations: processor time of the calling thread, and time on the wall, batch by batch.
 *
 * @param roundNanos how much processor time a round of {@link WarmUp} takes
 * @param measureNanos how much processor time is measured
 */
record Harness(long roundNanos, long measureNanos) {
  /** Waiting and what is not measured take time, too: a round ends after so many times its own. */
  private static final int MAX_STRETCH = 4;

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /** Null in a JVM that compiles nothing. */
  private static final CompilationMXBean COMPILERS = ManagementFactory.getCompilationMXBean();

  /**
   * What an operation took.
   *
   * @param operations how many were measured
   * @param cpuNanos processor time of the thread for all of them
   * @param wallNanos time on the wall for all of them, with the collector's pauses
   */
  record Measurement(long operations, long cpuNanos, long wallNanos) {}

  /** Warms up until the compilers are quiet, then measures: at least one batch of each. */
  Measurement measure(Operation operation) throws Exception {
    WarmUp warmUp = new WarmUp();
    boolean done;
    do {
      long before = compilerNanos();
      Measurement round = repeat(operation, roundNanos);
      done = warmUp.isDoneAfter(round.cpuNanos, compilerNanos() - before);
    } while (!done);
    return repeat(operation, measureNanos);
  }

  /** How long all compilers have worked since the JVM started, without what they still work on. */
  private static long compilerNanos() {
    return COMPILERS == null
        ? 0
        : TimeUnit.MILLISECONDS.toNanos(COMPILERS.getTotalCompilationTime());
  }

  private static Measurement repeat(Operation operation, long cpuNanos) throws Exception {
    long start = System.nanoTime();
    long operations = 0;
    long cpu = 0;
    long wall = 0;
    do {
      Measurement step = step(operation);
      operations += step.operations;
      cpu += step.cpuNanos;
      wall += step.wallNanos;
    } while (cpu < cpuNanos && System.nanoTime() - start < MAX_STRETCH * cpuNanos);
    return new Measurement(operations, cpu, wall);
  }

  private static Measurement step(Operation operation) throws Exception {
    operation.prepare();
    long wall = System.nanoTime();
    long cpu = THREADS.getCurrentThreadCpuTime();
    operation.run();
    cpu = THREADS.getCurrentThreadCpuTime() - cpu;
    wall = System.nanoTime() - wall;
    operation.check();
    return new Measurement(Batch.SIZE, cpu, wall);
  }
}
