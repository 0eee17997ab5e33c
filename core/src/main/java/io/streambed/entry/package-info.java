/**
 * Entries: the serialized contents of state, on their way between stores and snapshots, and the
 * declarations of the states that they belong to.
 *
 * <p><b>Reading order.</b> {@link io.streambed.entry.Entry}, {@link io.streambed.entry.EntrySource}
 * and {@link io.streambed.entry.EntryCursor}; {@link io.streambed.entry.StateSchema} and {@link
 * io.streambed.entry.Schema}; {@link io.streambed.entry.EntryFormat}; {@link
 * io.streambed.entry.Codec}, by which values become bytes and back, with errors that name the
 * state, and which tries a serializer with the first value of a state; {@link
 * io.streambed.entry.Limits}.
 *
 * <p><b>Threading.</b> One thread at a time. <b>Imports.</b> state (kinds only), key, serial,
 * bytes, error.
 */
package io.streambed.entry;
