package io.streambed.cli.check;

/** The class that was named gives no job: it is not there, or has no method for it. */
final class NoJobException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NoJobException(String message) {
    super(message);
  }
}
