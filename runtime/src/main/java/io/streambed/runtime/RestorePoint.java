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
   * A checkpoint or savepoint by its location. Unless it is claimed it stays where it is, for ever:
   * one that is not among the job's own is not to be removed before all tasks have read what they
   * restore.
   *
   * @param path what the storage opens
   * @param claims whether the job owns it from now on, and removes it: see {@link #claiming}
   */
  record At(String path, boolean claims) implements RestorePoint {
    /**
     * One that is not claimed.
     *
     * @param path what the storage opens
     */
    public At(String path) {
      this(path, false);
    }

    /**
     * A savepoint that the job owns from now on. It is removed once the job has completed a
     * checkpoint of its own; the job is then started again with {@link Latest}. A job that ends
     * before that leaves it. Checkpoints cannot be claimed: they belong to the directory they are
     * in.
     *
     * @param path the savepoint's location; nothing else may need it
     * @return where to start
     */
    public static At claiming(String path) {
      return new At(path, true);
    }
  }
}
