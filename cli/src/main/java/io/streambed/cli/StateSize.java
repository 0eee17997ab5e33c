package io.streambed.cli;

/**
 * How large a checkpoint is, as text.
 *
 * @param bytes all that a restore of it needs
 * @param writtenBytes without files that earlier checkpoints wrote
 */
record StateSize(long bytes, long writtenBytes) {
  private static final int MEBIBYTE = 1 << 20;

  /** The size of the checkpoint whose completion a process told. */
  static StateSize of(Marker completed) {
    return new StateSize(completed.number("bytes"), completed.number("writtenBytes"));
  }

  StateSize plus(StateSize other) {
    return new StateSize(bytes + other.bytes, writtenBytes + other.writtenBytes);
  }

  /** How far the restore of one subtask has come. */
  static String restored(String operatorId, long subtask, long doneBytes, long totalBytes) {
    return "Restoring \""
        + operatorId
        + "\", subtask "
        + subtask
        + ": "
        + doneBytes / MEBIBYTE
        + " of "
        + totalBytes / MEBIBYTE
        + " MiB";
  }

  /** The same, as a process told it. */
  static String restored(Marker advanced) {
    return restored(
        advanced.name("operatorId"),
        advanced.number("subtask"),
        advanced.number("doneBytes"),
        advanced.number("totalBytes"));
  }

  @Override
  public String toString() {
    return bytes
        + " bytes: "
        + writtenBytes
        + " written for the last checkpoint, "
        + (bytes - writtenBytes)
        + " shared with earlier ones";
  }
}
