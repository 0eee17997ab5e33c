package io.streambed.checkpoint;

import io.streambed.error.StorageException;

/**
 * The storage failed in the very step that makes a checkpoint complete, so that only reading the
 * storage anew can tell. The claim is void; the next one finds the checkpoint complete or removes
 * it.
 */
public final class UnsettledCommitException extends StorageException {
  private static final long serialVersionUID = 1L;

  UnsettledCommitException(long checkpointId, String location, Throwable cause) {
    super(
        "Completing checkpoint "
            + checkpointId
            + " at "
            + location
            + " (whether it is complete shows when the job is started again; do so once the storage"
            + " works)",
        cause);
  }
}
