package io.streambed.harness;

import io.streambed.runtime.SteppedOperator;

/** One step of a script; its text is the call that made it. */
sealed interface Step {
  void on(SteppedOperator operator);

  /** An element of an input. */
  record Element(String call, int input, Object value, long timestampMillis) implements Step {
    @Override
    public void on(SteppedOperator operator) {
      operator.element(input, value, timestampMillis);
    }

    @Override
    public String toString() {
      return call + "(" + Texts.of(value) + ", " + timestampMillis + ")";
    }
  }

  /** Event time advances. */
  record Watermark(long timestampMillis) implements Step {
    @Override
    public void on(SteppedOperator operator) {
      operator.watermark(timestampMillis);
    }

    @Override
    public String toString() {
      return "watermark(" + timestampMillis + ")";
    }
  }

  /** The clock moves. */
  record Clock(long nowMillis) implements Step {
    @Override
    public void on(SteppedOperator operator) {
      operator.clock(nowMillis);
    }

    @Override
    public String toString() {
      return "clock(" + nowMillis + ")";
    }
  }
}
