package io.streambed.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WarmUpTest {
  private static final long ROUND_NANOS = 200_000_000;
  private static final long QUIET_NANOS = 4_000_000;
  private static final long BUSY_NANOS = QUIET_NANOS + 1;

  private final WarmUp warmUp = new WarmUp();

  private boolean isDoneAfter(long compilerNanos) {
    return warmUp.isDoneAfter(ROUND_NANOS, compilerNanos);
  }

  @Test
  void quietFromTheStart_endsAfterTwoRounds() {
    assertThat(isDoneAfter(0)).isFalse();
    assertThat(isDoneAfter(QUIET_NANOS)).isTrue();
  }

  @Test
  void busyCompilers_goOnUntilTwoRoundsInARowAreQuiet() {
    assertThat(isDoneAfter(ROUND_NANOS)).isFalse();
    assertThat(isDoneAfter(QUIET_NANOS)).isFalse();
    assertThat(isDoneAfter(BUSY_NANOS)).isFalse();
    assertThat(isDoneAfter(QUIET_NANOS)).isFalse();
    assertThat(isDoneAfter(QUIET_NANOS)).isTrue();
  }

  @Test
  void compilersThatAreNeverQuiet_endAtTheBound() {
    for (int round = 1; round < WarmUp.MAX_ROUNDS; round++) {
      assertThat(isDoneAfter(BUSY_NANOS)).isFalse();
    }
    assertThat(isDoneAfter(BUSY_NANOS)).isTrue();
  }

  @Test
  void roundThatTookLonger_mayHaveMoreCompilation() {
    warmUp.isDoneAfter(2 * ROUND_NANOS, 2 * QUIET_NANOS);
    assertThat(warmUp.isDoneAfter(2 * ROUND_NANOS, 2 * QUIET_NANOS)).isTrue();
  }
}
