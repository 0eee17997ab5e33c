/**
 * The heap store: keyed state as objects, unboxed where a value fits into 64 bits, in copy-on-write
 * hash tables that grow, shrink and freeze without a pause in proportion to their entries.
 *
 * <p><b>How it works.</b> Each state has one {@link io.streambed.heap.SegmentedHash} over all its
 * key groups: a flat directory of small open-addressing {@link io.streambed.heap.Segment}s, split
 * one at a time when full, and joined two at a time when removals leave few entries. Time is
 * counted in epochs. A freeze shares the directory with a view and starts the next epoch ({@link
 * io.streambed.heap.Epochs}); from then on, whatever was made in a frozen epoch is copied before it
 * is first written: the directory, a segment, a mutable value, a chunk of a list or a block of a
 * queue with the array that points to them, a map inside a map state up to 8,192 entries as a
 * whole, a larger one by the segment.
 *
 * <p><b>What is fast and why.</b> A read of an entry whose key and value fit into 64 bits misses
 * the cache once, at its slot; directory and segments are small enough to stay in it. The read path
 * stores no reference into a field: with it would come the collector's barrier and its fence,
 * behind which no miss overlaps another.
 *
 * <p><b>Reading order.</b> {@link io.streambed.heap.HeapKeyedStoreFactory}, {@code HeapKeyedStore},
 * {@code Epochs}, {@code Segment}, {@code SegmentedHash}, {@code KeyedHash}, then the tables; for
 * lists {@code ChunkedList}, for maps {@code InnerMaps} and {@code DenseMap}; for queues {@code
 * HeapOrderedSet}, whose elements are bytes, and {@code HeapObjectSet}, whose elements are objects.
 *
 * <p><b>Threading.</b> One thread; frozen views on others. <b>Imports.</b> store, state, key,
 * serial, bytes, error.
 */
package io.streambed.heap;
