/**
 * The store that keeps keyed state in RocksDB: larger than the heap, on local disk.
 *
 * <p><b>Reading order.</b> {@link io.streambed.rocksdb.RocksKeyedStoreFactory} and {@link
 * io.streambed.rocksdb.RocksOptions}; {@code RocksHome}, what the databases of a process share;
 * {@code RocksDatabase}, owner of one database; {@code Column}, one state's entries, in a {@code
 * Family} of their own or of many states; {@code EntryForm}, how they lie; {@code RocksCells} and
 * the table shapes over them; {@code RocksKeyedStore} and {@code RocksStates}. States whose types
 * have changed: {@code StateMigration} and {@code OlderPart}.
 *
 * <p><b>Increments.</b> {@link io.streambed.rocksdb.RocksManifest}, what one consists of, and its
 * format; {@code RocksFrozenFiles} writes one, with {@code TableWriter} and {@code TableUploads};
 * {@code RocksRestore} reads it, with {@code FetchedFiles}, {@code NativeDatabase} and, when key
 * groups move, {@code GroupCopy}.
 *
 * <p><b>Native objects.</b> Each has one owner: what a factory shares {@code RocksHome}, what a
 * database needs {@code RocksDatabase}, snapshots and their iterators {@code RocksFrozenView}; all
 * others live within one call. Directories are the same: {@code RocksHome} gives them, and whoever
 * entered one leaves it. Every one is counted by {@code NativeHandles}.
 *
 * <p><b>Threading.</b> A store and its tables belong to one thread, a frozen view or frozen files
 * to any one other. A store is closed by its own thread, and by no other while that one is within a
 * call: RocksDB would end the process. Making stores, closing views and metrics are safe for any.
 *
 * <p><b>Imports.</b> backend, checkpoint, snapshot, store, state (kinds only), key, serial, file,
 * bytes, error, and RocksDB.
 */
package io.streambed.rocksdb;
