package io.streambed.cli.flink;

import io.streambed.error.StreambedException;

/** The cluster, or the job on it, did not do what was asked; the message says what. */
public final class ClusterException extends StreambedException {
  private static final long serialVersionUID = 1L;

  /**
   * Something went wrong.
   *
   * @param message what, with which process or request
   */
  public ClusterException(String message) {
    super(message);
  }

  /**
   * Something went wrong.
   *
   * @param message what, with which process or request
   * @param cause what was caught
   */
  public ClusterException(String message, Throwable cause) {
    super(message, cause);
  }
}
