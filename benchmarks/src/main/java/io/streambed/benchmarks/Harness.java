package io.streambed.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/**
 * Times operations: processor time of the calling thread, and time on the wall, batch by batch.
 *
 * @param warmUpNanos how much processor time an operation takes before it counts
 * @param measureNanos how much processor time is measured
 */
record Harness(long warmUpNanos, long measureNanos) {
  /** What is not measured and waiting take time too: no case takes longer than so many times. */
  private static final int MAX_STRETCH = 4;

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /**
   * What an operation took.
   *
   * @param operations how many were measured
   * @param cpuNanos processor time of the thread for all of them
   * @param wallNanos time on the wall for all of them, with the collector's pauses
   */
  record Measurement(long operations, long cpuNanos, long wallNanos) {}

  /** Warms up, then measures: at least one batch of each. */
  Measurement measure(Operation operation) throws Exception {
    repeat(operation, warmUpNanos);
    return repeat(operation, measureNanos);
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
