package io.streambed.rocksdb;

import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.WriteBufferManager;

/**
 * The one budget of all stores of a factory: a cache of blocks, indexes and filters that the write
 * buffers are charged to.
 *
 * <p>RocksDB lets write buffers grow to one and a half times what their manager is given, before a
 * flush brings them down. With a third of the budget for the manager and five sixths for the cache,
 * of which the buffers take their part, the sum stays below the budget.
 */
final class RocksMemory {
  private final NativeHandles handles;
  private final long writeBytes;
  private final Cache cache;
  private final WriteBufferManager writeBuffers;

  RocksMemory(NativeHandles handles, long bytes) {
    this.handles = handles;
    this.writeBytes = bytes / 3;
    // Without a strict limit: under one, reads would fail once pinned blocks fill the cache.
    this.cache = handles.opened(new LRUCache(bytes / 6 * 5, -1, false, 0.1));
    this.writeBuffers = handles.opened(new WriteBufferManager(writeBytes, cache));
  }

  Cache cache() {
    return cache;
  }

  WriteBufferManager writeBuffers() {
    return writeBuffers;
  }

  /** The size at which one state's write buffer is flushed, however few states there are. */
  static long writeBufferBytes(long budget) {
    return Math.max(64 << 10, Math.min(64 << 20, budget / 6));
  }

  /** Small, for many states share the budget, and each takes at least one arena when written. */
  static long arenaBytes(long budget) {
    return Math.max(32 << 10, Math.min(1 << 20, budget >> 11));
  }

  void close() {
    handles.close(writeBuffers);
    handles.close(cache);
  }
}
