package io.streambed.meter;

/**
 * Which accesses to keyed state are measured. Of each operation of each state, such as {@code get}
 * of a map, the first call is measured and then every n-th one; the others cost a count. Of views
 * of a map, every n-th one is measured, and of the steps of walks over those every tenth.
 *
 * <p>The metrics have the names that Flink gives them, such as {@code mapStateGetLatency}, and the
 * tag {@code state}. Latencies are in nanoseconds, sizes in bytes.
 *
 * @param sampleInterval every n-th call is measured; n, from 1
 * @param latency whether it is measured how long a call takes
 * @param sizes whether it is measured how large keys and values are; each that is measured is
 *     serialized for that, and all elements of a list
 */
public record StateTracking(int sampleInterval, boolean latency, boolean sizes) {
  /** Every n-th call is measured if nothing else is said: n. */
  public static final int DEFAULT_SAMPLE_INTERVAL = 100;

  /** Measures nothing, and costs nothing. */
  public static final StateTracking NONE = new StateTracking(DEFAULT_SAMPLE_INTERVAL, false, false);

  /** Checks the interval. */
  public StateTracking {
    if (sampleInterval < 1) {
      throw new IllegalArgumentException("sampleInterval " + sampleInterval + " is below 1");
    }
  }

  /**
   * Measures latency.
   *
   * @return of every {@value #DEFAULT_SAMPLE_INTERVAL}th call
   */
  public static StateTracking ofLatency() {
    return new StateTracking(DEFAULT_SAMPLE_INTERVAL, true, false);
  }

  /**
   * Measures latency and sizes.
   *
   * @return of every {@value #DEFAULT_SAMPLE_INTERVAL}th call
   */
  public static StateTracking ofLatencyAndSizes() {
    return new StateTracking(DEFAULT_SAMPLE_INTERVAL, true, true);
  }

  /**
   * The same with another interval.
   *
   * @param calls n: every n-th call is measured, from 1
   * @return the same for this interval
   */
  public StateTracking every(int calls) {
    return new StateTracking(calls, latency, sizes);
  }

  /**
   * Whether anything is measured.
   *
   * @return false for {@link #NONE}
   */
  public boolean measures() {
    return latency || sizes;
  }
}
