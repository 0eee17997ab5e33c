package io.streambed.testkit.store;

import io.streambed.store.MemoryBudget;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * A sorted map of bytes that leases a chunk of a budget for each so many entries, before it takes
 * them. What was removed is given back with the next entry that is put, or at the end.
 */
final class LeasedEntries extends TreeMap<byte[], byte[]> implements AutoCloseable {
  static final int CHUNK_BYTES = 4096;
  static final int ENTRIES_PER_CHUNK = 16;
  private static final long serialVersionUID = 1L;

  private final transient MemoryBudget.Lease lease;

  /** An empty map that holds one chunk. */
  LeasedEntries(MemoryBudget.Lease lease) {
    super(Arrays::compareUnsigned);
    this.lease = lease;
    resize(0);
  }

  private void resize(int entries) {
    long more = CHUNK_BYTES * (1L + entries / ENTRIES_PER_CHUNK) - lease.bytes();
    if (more > 0) {
      lease.take(more, "A chunk of entries");
    } else {
      lease.giveBack(-more);
    }
  }

  @Override
  public byte[] put(byte[] key, byte[] value) {
    resize(size() + (containsKey(key) ? 0 : 1));
    return super.put(key, value);
  }

  @Override
  public byte[] putIfAbsent(byte[] key, byte[] value) {
    return containsKey(key) ? get(key) : put(key, value);
  }

  /** All entries or, if the budget is too small, none of them. */
  @Override
  public void putAll(Map<? extends byte[], ? extends byte[]> map) {
    resize(size() + map.size());
    map.forEach(super::put);
    resize(size());
  }

  @Override
  public void close() {
    clear();
    lease.close();
  }
}
