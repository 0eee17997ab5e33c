package io.streambed.error;

/** Streambed found itself in a state that its own rules exclude: a bug. The task fails at once. */
public class InvariantViolationException extends StreambedException {
  private static final long serialVersionUID = 1L;

  /**
   * A broken invariant.
   *
   * @param message which one, with the values that break it
   */
  public InvariantViolationException(String message) {
    super(message + ". This is a bug in Streambed; please report it with this message.");
  }
}
