package io.streambed.benchmarks;

/**
 * Decides when a case has warmed up: once the JVM has hardly compiled anything for some rounds in a
 * row. A fixed time would not do: a backend whose code takes the compiler longer would be measured
 * before its code is compiled. No case takes longer than a fixed number of rounds, so that a
 * backend that is compiled again and again is measured, too. One object for each case.
 */
final class WarmUp {
  /** So many quiet rounds in a row: one compilation may last longer than a round. */
  static final int QUIET_ROUNDS = 2;

  static final int MAX_ROUNDS = 20;

  /** In a quiet round the compilers work for at most this part of the round's processor time. */
  static final double QUIET_SHARE = 0.02;

  private int rounds;
  private int quietRounds;

  /**
   * Takes a round into account.
   *
   * @param cpuNanos processor time that the operations of the round took
   * @param compilerNanos how long the JVM's compilers worked during the round
   * @return whether that was the last round
   */
  boolean isDoneAfter(long cpuNanos, long compilerNanos) {
    rounds++;
    quietRounds = compilerNanos <= QUIET_SHARE * cpuNanos ? quietRounds + 1 : 0;
    return quietRounds == QUIET_ROUNDS || rounds == MAX_ROUNDS;
  }
}
