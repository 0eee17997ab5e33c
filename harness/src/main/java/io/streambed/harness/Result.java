package io.streambed.harness;

import io.streambed.runtime.SteppedOperator.Emitted;
import java.util.Objects;

/**
 * A result of a run.
 *
 * @param step the step in which it was emitted, from 1
 * @param emitted what was emitted
 */
record Result(int step, Emitted emitted) {
  boolean isOf(String sideOutput) {
    return emitted.side() == null ? sideOutput == null : emitted.side().name().equals(sideOutput);
  }

  /** Whether another run's result is the same, whichever subtask emitted it in whichever step. */
  boolean isLike(Result other) {
    return Objects.equals(emitted.side(), other.emitted.side())
        && Objects.deepEquals(emitted.value(), other.emitted.value())
        && emitted.timestampMillis() == other.emitted.timestampMillis();
  }

  @Override
  public String toString() {
    return Texts.of(emitted.value())
        + " at "
        + emitted.timestampMillis()
        + (emitted.side() == null ? "" : " to side output \"" + emitted.side().name() + "\"");
  }
}
