/**
 * The seam between state kinds and stores: a few table shapes that every store implements, and the
 * stream of entries by which any store can take over any other's contents.
 *
 * <p><b>Reading order.</b> {@link io.streambed.store.KeyedStore}; the shapes {@link
 * io.streambed.store.ValueTable}, {@link io.streambed.store.ListTable}, {@link
 * io.streambed.store.MapTable}, {@link io.streambed.store.OrderedSet}; what opens them, {@link
 * io.streambed.store.TableSpec} and {@link io.streambed.store.QueueSpec}, with {@link
 * io.streambed.store.NumberOrder}; what a store is made with, {@link
 * io.streambed.store.StoreContext} and {@link io.streambed.store.MemoryBudget}; then {@link
 * io.streambed.store.FrozenView}, {@link io.streambed.entry.EntrySource}, {@link
 * io.streambed.entry.Schema}.
 *
 * <p><b>Threading.</b> A store and its tables belong to one thread. A frozen view may be read on
 * any one other thread while the store is written. A memory budget is shared by stores of many
 * threads.
 *
 * <p><b>Imports.</b> entry, state (kinds only), key, serial, bytes, error.
 */
package io.streambed.store;
