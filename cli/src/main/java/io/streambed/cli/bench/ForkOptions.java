package io.streambed.cli.bench;

import java.util.List;

/**
 * What every fork of a run has in common.
 *
 * @param main the child's main class
 * @param classPath of the child, without the backend's own
 * @param sizes numbers of entries
 * @param cases names of cases
 * @param roundMillis how much processor time a round of warm-up takes: a case is measured once the
 *     JVM has hardly compiled anything for two rounds
 * @param measureMillis how much processor time of a case is measured
 */
public record ForkOptions(
    String main,
    String classPath,
    List<Integer> sizes,
    List<String> cases,
    int roundMillis,
    int measureMillis) {
  /**
   * Options of each child's JVM, the same for all backends. The heap is touched at the start, else
   * the system's cost of fresh pages is measured with whoever allocates most.
   */
  public static final List<String> JVM =
      List.of("-Xms4g", "-Xmx4g", "-Xmn512m", "-XX:+UseG1GC", "-XX:+AlwaysPreTouch");

  /** Copies the lists. */
  public ForkOptions {
    sizes = List.copyOf(sizes);
    cases = List.copyOf(cases);
  }
}
