package io.streambed.snapshot;

/** Whether a snapshot may build upon files that earlier checkpoints wrote. */
public enum ReusePolicy {
  /** Write everything: the snapshot stands alone. */
  NONE,
  /** Refer to files of confirmed checkpoints where the store can. */
  CONFIRMED
}
