package io.streambed.rocksdb;

import io.streambed.bytes.ByteView;
import java.util.Arrays;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** A native iterator with buffers for the key and the value where it stands. */
final class Scan implements AutoCloseable {
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
  Scan(RocksDatabase database, String state, byte[] slot, RocksIterator iterator, Runnable atEnd) {
    this.database = database;
    this.state = state;
    this.slot = slot;
    this.iterator = database.handles().opened(iterator);
    this.atEnd = atEnd;
  }

  static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  /** Goes to the first key that is not below another; false at the end. */
  boolean seek(byte[] from) {
    iterator.seek(slot.length == 0 ? from : joined(slot, from));
    return arrived();
  }

  boolean next() {
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

  /** The key here, valid until the scan moves. */
  ByteView key() {
    return key;
  }

  boolean startsWith(byte[] prefix) {
    return Column.startsWith(key.array(), key.length(), prefix);
  }

  /** The value here, valid until the scan moves. */
  ByteView value() {
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
