package io.streambed.runtime;

import io.streambed.snapshot.SnapshotOptions;
import io.streambed.snapshot.SnapshotStreams;

/**
 * Separates the elements that a checkpoint contains from those it does not; the last item of a
 * batch.
 */
record Barrier(
    long checkpointId, SnapshotStreams streams, SnapshotOptions options, AtSources atSources) {

  /** What sources do beside sending the barrier. */
  enum AtSources {
    GO_ON,
    /** Read nothing more, until the checkpoint is given up. */
    STOP,
    /** Bring event time to its end first, and read nothing more. */
    DRAIN_AND_STOP
  }

  boolean stopsSources() {
    return atSources != AtSources.GO_ON;
  }
}
