package io.streambed.job;

/** What becomes of an element that a function fails for. */
public sealed interface FailurePolicy {
  /** The subtask fails, and the job goes back to its last checkpoint. */
  record Fail() implements FailurePolicy {}

  /** The element is left out, counted, and logged now and then. */
  record Skip() implements FailurePolicy {}

  /**
   * The element is counted and goes to a side output.
   *
   * @param output which one
   */
  record ToSideOutput(SideOutput<FailedElement> output) implements FailurePolicy {}
}
