package io.streambed.error;

/**
 * A checkpoint or savepoint was not taken; processing goes on and earlier checkpoints stay valid.
 */
public class CheckpointDeclinedException extends StreambedException {
  private static final long serialVersionUID = 1L;

  /**
   * A declined checkpoint.
   *
   * @param checkpointId its id
   * @param reason why it was not taken
   * @param cause what was caught, or null
   */
  public CheckpointDeclinedException(long checkpointId, String reason, Throwable cause) {
    super("checkpoint " + checkpointId + " was not taken: " + reason, cause);
  }

  /**
   * A savepoint that was asked for and not taken.
   *
   * @param reason why it was not taken
   */
  public CheckpointDeclinedException(String reason) {
    super("the savepoint was not taken: " + reason);
  }
}
