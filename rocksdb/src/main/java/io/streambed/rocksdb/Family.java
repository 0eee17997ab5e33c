package io.streambed.rocksdb;

import org.rocksdb.ColumnFamilyHandle;

/**
 * A column family of one database: of one state, or of all that have none of their own.
 *
 * <p>Threading: guarded by the database, but for what is final.
 */
final class Family {
  final int number;
  final ColumnFamilyHandle handle;

  /** The states whose entries it holds. Once there is none, RocksDB drops it. */
  int states;

  /** The states and the frozen views that read it. Once there is none, the handle is closed. */
  int users;

  Family(int number, ColumnFamilyHandle handle) {
    this.number = number;
    this.handle = handle;
  }
}
