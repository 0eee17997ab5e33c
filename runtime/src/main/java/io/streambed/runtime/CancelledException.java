package io.streambed.runtime;

/** Ends a subtask's thread that was told to stop; nobody hears of it. */
final class CancelledException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CancelledException() {
    super("cancelled", null, false, false);
  }
}
