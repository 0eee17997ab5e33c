package io.streambed.snapshot;

/**
 * Is told how far a restore has come.
 *
 * <p>Threading: the thread that restores, and for what is read later whichever thread reads it; one
 * at a time.
 */
@FunctionalInterface
public interface RestoreProgress {
  /** Tells nobody. */
  RestoreProgress NONE = (doneBytes, totalBytes) -> {};

  /**
   * Some more bytes have been read and verified.
   *
   * @param doneBytes how many so far, of this subtask's state
   * @param totalBytes how many there are
   */
  void advanced(long doneBytes, long totalBytes);
}
