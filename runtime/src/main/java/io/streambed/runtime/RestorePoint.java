package io.streambed.runtime;

/** Where a job takes its state from when it starts. */
public sealed interface RestorePoint {
  /**
   * Start empty. Refused if the storage holds checkpoints of an earlier run: they would be lost.
   */
  record Nothing() implements RestorePoint {}

  /**
   * The last complete checkpoint in the job's storage; start empty if it has never completed one.
   */
  record Latest() implements RestorePoint {}

  /**
   * A checkpoint or savepoint by its location. It stays where it is: one that is not among the
   * job's own is not to be removed before all tasks have read what they restore.
   *
   * @param path what the storage opens
   */
  record At(String path) implements RestorePoint {}
}
