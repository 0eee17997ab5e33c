package io.streambed.rocksdb;

import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.WriteBufferManager;

/**
 * The one budget of all stores of a factory: a cache of blocks, indexes and filters that the write
 * buffers are charged to.
 *
 * <p>The cache has two thirds of the budget, and the write buffers a quarter of the budget out of
 * these: RocksDB lets them grow to one and a half times what their manager is given before a flush
 * brings them down, and takes blocks from the cache in exchange. The last third is for what RocksDB
 * charges to nobody: what the C library keeps of freed memory, an arena for each thread, comes to a
 * fifth of the budget and more; the rest is buffers of files and filters being built. These are
 * bounded by the budget too, for there are as many as files under compactions and walks.
 *
 * <p>The manager does not stall writers: an iterator keeps flushed buffers alive, and a thread that
 * writes while it walks would wait for itself.
 */
final class RocksMemory {
  private final NativeHandles handles;
  private final Cache cache;
  private final WriteBufferManager writeBuffers;

  RocksMemory(NativeHandles handles, long bytes) {
    this.handles = handles;
    // Without a strict limit: under one, reads would fail once pinned blocks fill the cache.
    this.cache = handles.opened(new LRUCache(bytes / 3 * 2, -1, false, 0.1));
    this.writeBuffers = handles.opened(new WriteBufferManager(bytes / 4, cache));
  }

  Cache cache() {
    return cache;
  }

  WriteBufferManager writeBuffers() {
    return writeBuffers;
  }

  /** The size at which one state's write buffer is flushed, however few states there are. */
  static long writeBufferBytes(long budget) {
    return Math.max(64 << 10, Math.min(64 << 20, budget / 8));
  }

  /** Small, for many states share the budget, and each takes at least one arena when written. */
  static long arenaBytes(long budget) {
    return Math.max(32 << 10, Math.min(1 << 20, budget >> 11));
  }

  /**
   * How much is read ahead, or collected before it is written, of each file that is open for it.
   */
  static long fileBufferBytes(long budget) {
    return Math.max(64 << 10, Math.min(2 << 20, budget >> 9));
  }

  /** A compaction keeps a hash of each key of a table file until it has built the file's filter. */
  static long tableFileBytes(long budget) {
    return Math.max(2 << 20, Math.min(64 << 20, budget / 4));
  }

  void close() {
    handles.close(writeBuffers);
    handles.close(cache);
  }
}
