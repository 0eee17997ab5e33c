package io.streambed.checkpoint;

/**
 * Keeps the shared files of a complete checkpoint for one who reads them, also when the job does
 * not keep the checkpoint any longer. It keeps none of the checkpoint's own files: whoever reads
 * later than those are removed has read its manifests before.
 *
 * <p>Threading: any thread.
 */
public interface CheckpointLease extends AutoCloseable {
  /** Keeps nothing: for what nobody deletes. */
  CheckpointLease NONE = () -> {};

  /** Ends the lease. Files that nobody else refers to are deleted. Idempotent. */
  @Override
  void close();
}
