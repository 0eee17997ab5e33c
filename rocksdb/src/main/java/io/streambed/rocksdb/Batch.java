package io.streambed.rocksdb;

import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Writes that go to the database some at a time, or all at once; what was not written at the close
 * is dropped.
 */
final class Batch implements AutoCloseable {
  private static final int WRITE_BYTES = 1 << 20;

  private final RocksDatabase database;
  private final WriteBatch batch;
  private final long writeBytes;
  private String state;

  /** Writes go to the database whenever they are a mebibyte, and at {@link #write}. */
  Batch(RocksDatabase database) {
    this(database, WRITE_BYTES);
  }

  private Batch(RocksDatabase database, long writeBytes) {
    this.database = database;
    this.batch = database.handles().opened(new WriteBatch());
    database.openBatches++;
    this.writeBytes = writeBytes;
  }

  /** Nothing goes to the database before {@link #write}; until then all of it is in memory. */
  static Batch whole(RocksDatabase database) {
    return new Batch(database, Long.MAX_VALUE);
  }

  void put(Column column, byte[] key, byte[] value) {
    column.prepareWrite(key, this);
    move(column, key, value);
    added(column);
  }

  /**
   * Puts a value that is only brought from elsewhere: walks that have read it ahead stay right. It
   * is written at {@link #write}.
   */
  void move(Column column, byte[] key, byte[] value) {
    try {
      batch.put(column.writable(), column.stored(key), value);
    } catch (RocksDBException e) {
      throw database.failed("Writing", column.state(), e);
    }
    state = column.state();
  }

  void append(Column column, byte[] key, byte[] value) {
    column.prepareAppend(key);
    try {
      batch.merge(column.writable(), column.stored(key), value);
    } catch (RocksDBException e) {
      throw database.failed("Writing", column.state(), e);
    }
    added(column);
  }

  void delete(Column column, byte[] key) {
    column.prepareWrite(key, this);
    try {
      batch.delete(column.writable(), column.stored(key));
    } catch (RocksDBException e) {
      throw database.failed("Writing", column.state(), e);
    }
    added(column);
  }

  private void added(Column column) {
    column.changed();
    state = column.state();
    if (batch.getDataSize() >= writeBytes) {
      write();
    }
  }

  /** Writes what was added. */
  void write() {
    try {
      if (batch.count() > 0) {
        database.db.write(database.writes, batch);
        batch.clear();
      }
    } catch (RocksDBException e) {
      throw database.failed("Writing", state, e);
    }
  }

  @Override
  public void close() {
    database.openBatches--;
    database.handles().close(batch);
  }
}
