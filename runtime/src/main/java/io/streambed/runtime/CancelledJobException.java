package io.streambed.runtime;

/** Ends the master's loop when the user has cancelled the job; its result tells of it. */
final class CancelledJobException extends JobFailedException {
  private static final long serialVersionUID = 1L;

  CancelledJobException(String message) {
    super(message, null);
  }
}
