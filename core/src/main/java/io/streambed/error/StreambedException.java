package io.streambed.error;

/**
 * The root of Streambed's typed errors. Each message names the thing (file, state, option) and,
 * where there is one, the way out.
 */
public class StreambedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * An error with a message only.
   *
   * @param message what went wrong, with which thing, and what to do
   */
  public StreambedException(String message) {
    super(message);
  }

  /**
   * An error with its cause.
   *
   * @param message what went wrong, with which thing, and what to do
   * @param cause what was caught
   */
  public StreambedException(String message, Throwable cause) {
    super(message, cause);
  }
}
