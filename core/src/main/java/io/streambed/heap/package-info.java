/**
 * The heap store: keyed state as objects, unboxed where a value fits into 64 bits, in copy-on-write
 * hash tables that grow and freeze without a pause in proportion to their entries.
 *
 * <p><b>How it works.</b> Each state has one {@link io.streambed.heap.SegmentedHash} per key group:
 * a directory of small open-addressing {@link io.streambed.heap.Segment}s, split one at a time when
 * full. Time is counted in epochs. A freeze copies the array of roots and starts the next epoch
 * ({@link io.streambed.heap.Epochs}); from then on, whatever was made in a frozen epoch is copied
 * before it is first written: a root, a segment, a chunk of a list, a block of a queue, a mutable
 * value, never a whole collection.
 *
 * <p><b>Reading order.</b> {@link io.streambed.heap.HeapKeyedStoreFactory}, {@code HeapKeyedStore},
 * {@code Epochs}, {@code Segment}, {@code SegmentedHash}, {@code KeyedHash}, then the tables.
 *
 * <p><b>Threading.</b> One thread; frozen views on others. <b>Imports.</b> store, state, key,
 * serial, bytes, error.
 */
package io.streambed.heap;
