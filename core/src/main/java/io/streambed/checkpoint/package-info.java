/**
 * Checkpoints of a job: when they are taken, where they are kept, what they hold, and how their
 * state is dealt out when they are restored.
 *
 * <p><b>Reading order.</b> {@link io.streambed.checkpoint.CheckpointMetadata} and the records in
 * it; {@link io.streambed.checkpoint.CheckpointStorage}, {@link
 * io.streambed.checkpoint.ClaimedCheckpoints}, {@link io.streambed.checkpoint.CheckpointWriter} and
 * {@link io.streambed.checkpoint.FileCheckpointStorage}; {@link
 * io.streambed.checkpoint.SharedFileRegistry}, which says when a file that checkpoints share may
 * go, and {@link io.streambed.checkpoint.CheckpointLease}; {@code OrphanRule} and {@link
 * io.streambed.checkpoint.OrphanFiles}, for what dead processes left; {@link
 * io.streambed.checkpoint.CheckpointCoordinator} with {@link
 * io.streambed.checkpoint.CoordinatorEvent} and {@link io.streambed.checkpoint.CoordinatorAction};
 * {@link io.streambed.checkpoint.RescalePlanner}.
 *
 * <p><b>Threading.</b> Records are immutable, the planner is pure, the coordinator belongs to one
 * thread, storages are safe for many.
 *
 * <p><b>Imports.</b> snapshot, control, state, key, file, bytes, error.
 */
package io.streambed.checkpoint;
