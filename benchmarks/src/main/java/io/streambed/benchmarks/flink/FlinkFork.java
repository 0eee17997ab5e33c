package io.streambed.benchmarks.flink;

import io.streambed.benchmarks.Fork;

/** The main class of a JVM that measures a backend of Flink. */
public final class FlinkFork {
  private FlinkFork() {}

  /**
   * Measures, and ends the process with what {@link Fork#run} gives.
   *
   * @param arguments as of {@link Fork#run}; the backend's name as in {@code state.backend.type}
   */
  public static void main(String[] arguments) {
    System.exit(Fork.run(FlinkBackend::open, arguments));
  }
}
