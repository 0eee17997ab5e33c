/**
 * Snapshots of one subtask's state: a short synchronous part, a long asynchronous one, and the
 * handles that name what was written.
 *
 * <p><b>Reading order.</b> {@link io.streambed.snapshot.Snapshotable}, {@link
 * io.streambed.snapshot.SnapshotOptions}, {@link io.streambed.snapshot.FrozenKeyedState}, {@link
 * io.streambed.snapshot.SnapshotStreams}, {@link io.streambed.snapshot.SharedFiles}, {@link
 * io.streambed.snapshot.StagedFiles}, {@link io.streambed.snapshot.StreamHandle}, {@link
 * io.streambed.snapshot.KeyedStateHandle}, then the container of keyed state, {@link
 * io.streambed.snapshot.KeyedContainerWriter} and {@link
 * io.streambed.snapshot.KeyedContainerReader}.
 *
 * <p><b>Threading.</b> Handles and options are immutable; a snapshot's future runs on any one
 * thread.
 *
 * <p><b>Imports.</b> store, file, key, serial, bytes, error.
 */
package io.streambed.snapshot;
