package io.streambed.checkpoint;

import io.streambed.snapshot.SnapshotInputs;
import java.util.Objects;

/**
 * A complete checkpoint or savepoint, open for reading. It holds nothing open itself.
 *
 * @param location where it is, as a user can name it to {@link CheckpointStorage#open}
 * @param metadata what it holds
 * @param inputs opens its streams, each checked for its length; any thread
 */
public record OpenedCheckpoint(
    String location, CheckpointMetadata metadata, SnapshotInputs inputs) {
  /** Checks the parts. */
  public OpenedCheckpoint {
    Objects.requireNonNull(location, "location");
    Objects.requireNonNull(metadata, "metadata");
    Objects.requireNonNull(inputs, "inputs");
  }
}
