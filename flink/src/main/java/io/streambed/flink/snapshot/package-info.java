/**
 * How keyed state leaves and enters a Flink job: Streambed's own container in Flink's streams
 * (checkpoints and native savepoints), a store's own files in the handle that Flink has for
 * increments, and Flink's canonical savepoint format, transcoded entry by entry without
 * deserializing values.
 *
 * <p><b>Reading order.</b> {@link io.streambed.flink.snapshot.NativeSnapshots} writes what {@link
 * io.streambed.flink.snapshot.KeyedRestore} reads; {@code FlinkStreams} is where it is written to,
 * {@link io.streambed.flink.snapshot.ReusableFiles} knows which files need not be written again,
 * {@code IncrementForm} how they are kept in Flink's handles. {@link
 * io.streambed.flink.snapshot.CanonicalSavepoint} and its iterator write what Flink's own backends
 * read, {@code CanonicalSource} reads what they wrote.
 *
 * <p><b>Threading.</b> Snapshots are prepared on the task's thread and written on another one;
 * restore is done before the task starts.
 */
package io.streambed.flink.snapshot;
