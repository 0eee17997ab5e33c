package io.streambed.runtime;

import io.streambed.snapshot.SnapshotOptions;
import io.streambed.snapshot.SnapshotStreams;

/**
 * Separates the elements that a checkpoint contains from those it does not; the last item of a
 * batch.
 */
record Barrier(
    long checkpointId, long timestampMillis, SnapshotStreams streams, SnapshotOptions options) {}
