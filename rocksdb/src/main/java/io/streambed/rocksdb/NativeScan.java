package io.streambed.rocksdb;

import io.streambed.bytes.ByteView;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** A native iterator with buffers for the key and the value where it stands. */
final class NativeScan implements Scan {
  private final RocksDatabase database;
  private final String state;
  private final byte[] slot;
  private final RocksIterator iterator;
  private final Runnable atEnd;
  private final ByteView key = new ByteView();
  private final ByteView value = new ByteView();
  private byte[] keyBuffer = new byte[64];
  private byte[] valueBuffer = new byte[256];

  /**
   * A scan before its first seek.
   *
   * @param database counts the iterator, and is told of reads that fail
   * @param state for messages
   * @param slot what the keys of the state begin with; the scan ends behind them and gives keys
   *     without it
   * @param iterator closed with the scan
   * @param atEnd called once that is closed
   */
  NativeScan(
      RocksDatabase database, String state, byte[] slot, RocksIterator iterator, Runnable atEnd) {
    this.database = database;
    this.state = state;
    this.slot = slot;
    this.iterator = database.handles().opened(iterator);
    this.atEnd = atEnd;
  }

  @Override
  public boolean seek(byte[] from) {
    iterator.seek(slot.length == 0 ? from : Scan.joined(slot, from));
    return arrived();
  }

  @Override
  public boolean next() {
    iterator.next();
    return arrived();
  }

  private boolean arrived() {
    if (!iterator.isValid()) {
      try {
        iterator.status();
      } catch (RocksDBException e) {
        throw database.unreadable(state, e);
      }
      return false;
    }
    int size = iterator.key(keyBuffer, 0, keyBuffer.length);
    if (size > keyBuffer.length) {
      keyBuffer = new byte[size];
      iterator.key(keyBuffer, 0, size);
    }
    if (slot.length > 0) {
      if (!Column.startsWith(keyBuffer, size, slot)) {
        return false;
      }
      size -= slot.length;
      System.arraycopy(keyBuffer, slot.length, keyBuffer, 0, size);
    }
    key.set(keyBuffer, 0, size);
    return true;
  }

  @Override
  public ByteView key() {
    return key;
  }

  @Override
  public ByteView value() {
    int size = iterator.value(valueBuffer, 0, valueBuffer.length);
    Column.checkSize(size, state);
    if (size > valueBuffer.length) {
      valueBuffer = new byte[size];
      iterator.value(valueBuffer, 0, size);
    }
    return value.set(valueBuffer, 0, size);
  }

  @Override
  public void close() {
    database.handles().close(iterator);
    atEnd.run();
  }
}
