package io.streambed.benchmarks.embedded;

import io.streambed.benchmarks.Fork;

/** The main class of a JVM that measures a store of Streambed without Flink. */
public final class EmbeddedFork {
  private EmbeddedFork() {}

  /**
   * Measures, and ends the process with what {@link Fork#run} gives.
   *
   * @param arguments as of {@link Fork#run}; the store's name is {@code heap} or {@code rocksdb},
   *     with {@code -tracked} behind it for latency tracking
   */
  public static void main(String[] arguments) {
    System.exit(Fork.run(EmbeddedBackend::open, arguments));
  }
}
