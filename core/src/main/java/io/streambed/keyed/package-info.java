/**
 * Every kind of keyed state, once, over the tables of any store; and the backend that owns them for
 * one subtask.
 *
 * <p><b>Reading order.</b> {@link io.streambed.keyed.KeyedStateBackend}, {@link
 * io.streambed.keyed.KeyedKind}, {@link io.streambed.keyed.ValueKind}, {@link
 * io.streambed.keyed.ListKind}, {@link io.streambed.keyed.MapKind}, {@link
 * io.streambed.keyed.MergingKind}; for looks from outside {@link
 * io.streambed.keyed.KeyedStateView}, {@code KeyedStateQueries}.
 *
 * <p>A kind adds to what users see ({@code state.ValueState} ...) the internal side: the current
 * namespace, the serializers, merging of namespaces, serialized access. The kinds are not final, so
 * that an adapter to another system inherits them instead of wrapping each call.
 *
 * <p><b>Threading.</b> The thread of the task, but for views. <b>Imports.</b> store, entry,
 * snapshot, state, ttl, tracking, time, meter, key, serial, bytes, error.
 */
package io.streambed.keyed;
