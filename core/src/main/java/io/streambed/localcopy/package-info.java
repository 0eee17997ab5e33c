/**
 * Copies of checkpoints on a local disk, from which a job restores faster than from the storage
 * that its checkpoints are in. A job can do without them at any time: what is missing or damaged is
 * read from the storage.
 *
 * <p><b>Reading order.</b> {@link io.streambed.localcopy.LocalCopies} and {@code CopyLedger}, then
 * {@code CopyingWriter} and {@code WrittenCopy} for how a copy is made, and {@link
 * io.streambed.localcopy.LocalInputs} for how it is used.
 *
 * <p><b>Threading.</b> Any thread.
 *
 * <p><b>Imports.</b> checkpoint, snapshot, file, error.
 */
package io.streambed.localcopy;
