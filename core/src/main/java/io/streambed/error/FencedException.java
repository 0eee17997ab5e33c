package io.streambed.error;

/** Another process owns the checkpoint directory; this one must not write there. */
public class FencedException extends StreambedException {
  private static final long serialVersionUID = 1L;

  /**
   * A refused or lost ownership.
   *
   * @param message the directory, its owner and the way out
   */
  public FencedException(String message) {
    super(message);
  }
}
