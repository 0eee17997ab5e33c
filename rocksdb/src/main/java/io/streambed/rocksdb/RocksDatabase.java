package io.streambed.rocksdb;

import io.streambed.error.CorruptionException;
import io.streambed.error.StorageException;
import io.streambed.error.StreambedException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Snapshot;
import org.rocksdb.Status;
import org.rocksdb.WriteOptions;

/**
 * Owner of one database and of everything native that belongs to it. It is open while anybody holds
 * it: its store, or a frozen view that outlives the store; the last one to let go closes it and
 * removes its files.
 *
 * <p>Threading: the store's thread; {@link #retain}, {@link #release} and what takes a lock, any.
 */
final class RocksDatabase {
  final RocksDB db;
  final ReadOptions reads;
  final WriteOptions writes;
  private final RocksHome home;
  private final Path path;
  private final ColumnFamilyHandle unused;
  private final List<Column> columns = new ArrayList<>();
  private int nextColumn;
  private int users = 1;
  private boolean closed;
  private StreambedException failure;

  private RocksDatabase(RocksHome home, Path path) throws RocksDBException {
    this.home = home;
    this.path = path;
    List<ColumnFamilyHandle> opened = new ArrayList<>();
    this.db =
        home.handles.opened(
            RocksDB.open(
                home.databaseOptions(),
                path.toString(),
                List.of(
                    new ColumnFamilyDescriptor(
                        RocksDB.DEFAULT_COLUMN_FAMILY, home.columnOptions())),
                opened));
    this.unused = home.handles.opened(opened.get(0));
    this.reads = home.handles.opened(new ReadOptions());
    // What a crash loses here, the last checkpoint has.
    this.writes = home.handles.opened(new WriteOptions().setDisableWAL(true));
  }

  /**
   * Opens a new database.
   *
   * @throws StorageException if the directory is locked by another process or cannot be written
   */
  static RocksDatabase open(RocksHome home) {
    Path path = home.enter();
    try {
      RocksDatabase database = new RocksDatabase(home, path);
      home.opened(database);
      return database;
    } catch (RocksDBException e) {
      StorageException failure = new StorageException("Opening the database " + path, e);
      try {
        home.leave(path);
      } catch (StorageException notRemoved) {
        failure.addSuppressed(notRemoved);
      }
      throw failure;
    }
  }

  NativeHandles handles() {
    return home.handles;
  }

  Path path() {
    return path;
  }

  /** A column family for a state; RocksDB learns of it with the first write. */
  synchronized Column column(String state) {
    Column column = new Column(this, nextColumn++, state);
    columns.add(column);
    return column;
  }

  /** States' names may hold what RocksDB's option files cannot: families have numbers. */
  synchronized ColumnFamilyHandle create(int number) throws RocksDBException {
    byte[] name = ("state-" + number).getBytes(StandardCharsets.US_ASCII);
    return home.handles.opened(
        db.createColumnFamily(new ColumnFamilyDescriptor(name, home.columnOptions())));
  }

  /** Drops a state's contents; views that hold the column still see them. */
  synchronized void drop(Column column) {
    columns.remove(column);
    try {
      if (column.handle() != null) {
        db.dropColumnFamily(column.handle());
      }
    } catch (RocksDBException e) {
      throw failed("Dropping", column.state(), e);
    } finally {
      release(column);
    }
  }

  synchronized void retain(Column column) {
    column.users++;
  }

  synchronized void release(Column column) {
    column.users--;
    if (column.users == 0) {
      home.handles.close(column.handle());
    }
  }

  synchronized Snapshot snapshot() {
    users++;
    return home.handles.opened(db.getSnapshot());
  }

  /** Lets go of a snapshot, and with it of the database. */
  synchronized void release(Snapshot snapshot) {
    db.releaseSnapshot(snapshot);
    home.handles.close(snapshot);
    release();
  }

  /** A number that RocksDB keeps of a state, 0 for one that was never written. */
  synchronized long property(String state, String name) {
    try {
      long sum = 0;
      for (Column column : columns) {
        if (column.state().equals(state) && column.handle() != null) {
          sum += db.getLongProperty(column.handle(), name);
        }
      }
      return sum;
    } catch (RocksDBException e) {
      throw new IllegalArgumentException("RocksDB has no number \"" + name + "\"", e);
    }
  }

  synchronized List<String> states() {
    return columns.stream().map(Column::state).distinct().toList();
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the store is closed");
    }
  }

  /** Once a write has failed nobody knows what the database holds: nothing is built upon it. */
  void requireUsable() {
    requireOpen();
    if (failure != null) {
      throw new StorageException(
          "Using the database " + path + " after an earlier failure", failure);
    }
  }

  /** What to throw for a failed read. */
  StreambedException unreadable(String state, RocksDBException e) {
    String what = "Reading state \"" + state + "\" in the database " + path;
    return isDamage(e)
        ? new CorruptionException(
            "State \"" + state + "\" in the database " + path,
            -1,
            "sound blocks",
            e.getMessage(),
            e)
        : new StorageException(what, e);
  }

  /** What to throw for a failed write; the store is of no use from then on. */
  StreambedException failed(String operation, String state, RocksDBException e) {
    failure = new StorageException(operation + " state \"" + state + "\" in " + path, e);
    return failure;
  }

  private static boolean isDamage(RocksDBException e) {
    return e.getStatus() != null && e.getStatus().getCode() == Status.Code.Corruption;
  }

  /** The store is done: its tables refuse, views go on. */
  synchronized void close() {
    if (!closed) {
      closed = true;
      release();
    }
  }

  private void release() {
    users--;
    if (users > 0) {
      return;
    }
    home.closed(this);
    columns.forEach(this::release);
    columns.clear();
    NativeHandles handles = home.handles;
    handles.close(writes);
    handles.close(reads);
    handles.close(unused);
    handles.close(db);
    home.leave(path);
  }
}
