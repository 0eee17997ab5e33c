package io.streambed.rocksdb;

import java.nio.ByteBuffer;
import org.rocksdb.DirectSlice;
import org.rocksdb.ReadOptions;

/**
 * Read options that end a scan where its prefix ends. Without them RocksDB looks for the next live
 * entry behind it, past any number of removed ones. To make them costs as much as a short scan, so
 * they are used again.
 *
 * <p>Threading: one scan at a time.
 */
final class Bound {
  private static final int BYTES = 256;

  private final NativeHandles handles;
  private final ReadOptions reads;
  private final ByteBuffer end;
  private final DirectSlice slice;
  private boolean taken;

  /**
   * Options without a bound yet.
   *
   * @param like are copied
   * @param endBytes the longest bound that is expected
   */
  Bound(NativeHandles handles, ReadOptions like, int endBytes) {
    this.handles = handles;
    this.end = ByteBuffer.allocateDirect(Math.max(BYTES, endBytes));
    this.slice = handles.opened(new DirectSlice(end, 0));
    this.reads = handles.opened(new ReadOptions(like).setIterateUpperBound(slice));
  }

  /** Whether these can end a scan: no other one uses them, and there is room for the bound. */
  boolean fits(byte[] behind) {
    return !taken && behind.length <= end.capacity();
  }

  /** The options of a scan that ends before a key. */
  ReadOptions before(byte[] behind) {
    taken = true;
    end.put(0, behind);
    slice.setLength(behind.length);
    return reads;
  }

  /** The scan is over. */
  void free() {
    taken = false;
  }

  void close() {
    handles.close(reads);
    handles.close(slice);
  }
}
