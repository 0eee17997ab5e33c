/**
 * How keyed state leaves and enters a Flink job: Streambed's own container in Flink's streams
 * (checkpoints and native savepoints), and Flink's canonical savepoint format, transcoded entry by
 * entry without deserializing values.
 *
 * <p><b>Reading order.</b> {@link io.streambed.flink.snapshot.NativeSnapshotStrategy} writes what
 * {@link io.streambed.flink.snapshot.KeyedRestore} reads; {@link
 * io.streambed.flink.snapshot.CanonicalSavepoint} and its iterator write what Flink's own backends
 * read, {@code CanonicalSource} reads what they wrote.
 *
 * <p><b>Threading.</b> Snapshots are prepared on the task's thread and written on another one;
 * restore is done before the task starts.
 */
package io.streambed.flink.snapshot;
