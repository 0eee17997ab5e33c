package io.streambed.rocksdb;

import io.streambed.bytes.ByteView;
import io.streambed.error.StreambedException;
import java.util.function.Function;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** A native iterator with buffers for the key and the value where it stands. */
final class Scan implements AutoCloseable {
  private final NativeHandles handles;
  private final String state;
  private final RocksIterator iterator;
  private final Runnable atEnd;
  private final Function<RocksDBException, StreambedException> unreadable;
  private final ByteView key = new ByteView();
  private final ByteView value = new ByteView();
  private byte[] keyBuffer = new byte[64];
  private byte[] valueBuffer = new byte[256];

  /**
   * A scan before its first seek.
   *
   * @param handles counts the iterator
   * @param state for messages
   * @param iterator closed with the scan
   * @param atEnd called once that is closed
   * @param unreadable makes what to throw for a failed read
   */
  Scan(
      NativeHandles handles,
      String state,
      RocksIterator iterator,
      Runnable atEnd,
      Function<RocksDBException, StreambedException> unreadable) {
    this.handles = handles;
    this.state = state;
    this.iterator = iterator;
    this.atEnd = atEnd;
    this.unreadable = unreadable;
  }

  /** Goes to the first key that is not below another; false at the end. */
  boolean seek(byte[] from) {
    iterator.seek(from);
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
        throw unreadable.apply(e);
      }
      return false;
    }
    int size = iterator.key(keyBuffer, 0, keyBuffer.length);
    if (size > keyBuffer.length) {
      keyBuffer = new byte[size];
      iterator.key(keyBuffer, 0, size);
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
    handles.close(iterator);
    atEnd.run();
  }
}
