/**
 * The store that keeps keyed state in RocksDB: larger than the heap, on local disk.
 *
 * <p><b>Reading order.</b> {@link io.streambed.rocksdb.RocksKeyedStoreFactory} and {@link
 * io.streambed.rocksdb.RocksOptions}; {@code RocksHome}, what the databases of a process share;
 * {@code RocksDatabase}, owner of one database; {@code Column}, one state's entries; {@code
 * EntryForm}, how they lie; {@code RocksCells} and the table shapes over them; {@code
 * RocksKeyedStore}.
 *
 * <p><b>Native objects.</b> Each has one owner: what a factory shares {@code RocksHome}, what a
 * database needs {@code RocksDatabase}, snapshots and their iterators {@code RocksFrozenView}; all
 * others live within one call. Every one is counted by {@code NativeHandles}.
 *
 * <p><b>Threading.</b> A store and its tables belong to one thread, a frozen view to any one other.
 * Opening, closing and metrics are safe for any.
 *
 * <p><b>Imports.</b> backend, checkpoint, store, state (kinds only), key, serial, file, bytes,
 * error, and RocksDB.
 */
package io.streambed.rocksdb;
