package io.streambed.rocksdb;

import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** Writes that go to the database some at a time; what was not written at the close is dropped. */
final class Batch implements AutoCloseable {
  private static final int WRITE_BYTES = 1 << 20;

  private final RocksDatabase database;
  private final WriteBatch batch;
  private String state;

  Batch(RocksDatabase database) {
    this.database = database;
    this.batch = database.handles().opened(new WriteBatch());
  }

  void put(Column column, byte[] key, byte[] value) {
    try {
      batch.put(column.writable(), column.stored(key), value);
    } catch (RocksDBException e) {
      throw database.failed("Writing", column.state(), e);
    }
    added(column);
  }

  void append(Column column, byte[] key, byte[] value) {
    try {
      batch.merge(column.writable(), column.stored(key), value);
    } catch (RocksDBException e) {
      throw database.failed("Writing", column.state(), e);
    }
    added(column);
  }

  void delete(Column column, byte[] key) {
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
    if (batch.getDataSize() >= WRITE_BYTES) {
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
    database.handles().close(batch);
  }
}
