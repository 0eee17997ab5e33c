package io.streambed.rocksdb;

import io.streambed.error.CorruptionException;
import io.streambed.error.StorageException;
import io.streambed.error.StreambedException;
import io.streambed.rocksdb.RocksManifest.Place;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.rocksdb.Checkpoint;
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
 * <p>Threading: the store's thread, for {@link #close} too: what is read of a database that is
 * being closed ends the process. What else takes a lock, any.
 */
final class RocksDatabase {
  final ReadOptions reads;
  final WriteOptions writes;

  /** For the scans of the store. */
  final Bound bound;

  /** For the values that the store reads. */
  final ReadBuffer buffer = new ReadBuffer();

  /** Where table files of this database are kept already. */
  TableUploads uploads = new TableUploads();

  /** How many batches are being filled. */
  int openBatches;

  RocksDB db;
  private final RocksHome home;
  private NativeDatabase opened;
  private final List<Column> columns = new ArrayList<>();

  /** The families that are there, by number; the store's thread alone looks at them. */
  private final Map<Integer, Family> families = new HashMap<>();

  /** The one of the states that have none of their own, or null. */
  private Family shared;

  private long nextFreeze;
  private int nextFamily;
  private int nextSlot;
  private int users = 1;
  private boolean closed;

  /** The first read or write that failed, of the store or of a view. */
  private volatile StreambedException failure;

  private RocksDatabase(RocksHome home, NativeDatabase opened) {
    this.home = home;
    this.opened = opened;
    this.db = opened.db;
    this.reads = home.handles.opened(new ReadOptions());
    this.bound = new Bound(home.handles, reads, 0);
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
      RocksDatabase database = new RocksDatabase(home, NativeDatabase.create(home, path));
      home.opened(database);
      return database;
    } catch (RocksDBException e) {
      StorageException failure = new StorageException("Opening the database " + path, e);
      leave(home, path, failure);
      throw failure;
    } catch (RuntimeException | Error e) {
      leave(home, path, e);
      throw e;
    }
  }

  /** Gives back what was entered for nothing. */
  private static void leave(RocksHome home, Path path, Throwable failure) {
    try {
      home.leave(path);
    } catch (StorageException notRemoved) {
      failure.addSuppressed(notRemoved);
    }
  }

  NativeHandles handles() {
    return home.handles;
  }

  long readAheadBytes() {
    return home.readAheadBytes();
  }

  Path path() {
    return opened.path;
  }

  RocksHome home() {
    return home;
  }

  /** A column for a state; RocksDB learns of it with the first write. */
  synchronized Column column(String state) {
    Column column = new Column(this, state);
    columns.add(column);
    return column;
  }

  /**
   * Gives a column a place. The first states have a family each. With each family that RocksDB
   * makes it writes the options of all families anew, and a freeze writes at least one file of each
   * that has changed: so the states beyond share one, however many they are. Columns that a state
   * is migrated from do not count: they are dropped in time, and where the present one lies stays.
   */
  void place(Column column) {
    try {
      if (othersWithFamilies(column.state()) < home.ownFamilies()) {
        attach(column, newFamily(), RocksManifest.NO_SLOT);
      } else {
        if (shared == null) {
          shared = newFamily();
        }
        attach(column, shared, nextSlot++);
      }
    } catch (RocksDBException e) {
      throw failed("Creating", column.state(), e);
    }
  }

  /** How many other states have a family to themselves. */
  private long othersWithFamilies(String state) {
    return columns.stream()
        .filter(column -> column.family() != null && !column.place().isShared())
        .map(Column::state)
        .filter(other -> !other.equals(state))
        .distinct()
        .count();
  }

  private Family newFamily() throws RocksDBException {
    Family family = new Family(nextFamily, opened.createFamily(nextFamily));
    nextFamily++;
    families.put(family.number, family);
    return family;
  }

  private synchronized void attach(Column column, Family family, int slot) {
    family.states++;
    family.users++;
    column.attach(family, new Place(family.number, slot));
  }

  /** Gives a column the place that it has in the files which were taken over. */
  void attach(Column column, Place place) {
    Family family = families.get(place.column());
    if (place.isShared()) {
      shared = family;
    }
    attach(column, family, place.slot());
  }

  /** Forgets a column whose place another one has taken. */
  synchronized void forget(Column column) {
    columns.remove(column);
  }

  /**
   * Takes another database in place of its own, which is empty: its columns go on in that one.
   *
   * @param other open for writing; closed with this from now on, and its files removed
   * @param manifest what is in it
   */
  synchronized void replace(NativeDatabase other, RocksManifest manifest) {
    NativeDatabase empty = opened;
    opened = other;
    db = other.db;
    uploads = new TableUploads();
    other.families().forEach(number -> families.put(number, other.family(number)));
    nextFamily = manifest.lastColumn() + 1;
    nextSlot = manifest.lastSlot() + 1;
    empty.close();
    home.leave(empty.path);
  }

  /** Whether nothing was ever written, frozen or looked at by a view. */
  synchronized boolean isUntouched() {
    return users == 1 && nextFamily == 0 && nextFreeze == 0;
  }

  /**
   * Links the files of this moment into a directory of their own, write buffers flushed before.
   *
   * @throws StorageException if that fails
   */
  RocksFrozenFiles.Directory freezeFiles(long checkpointId) {
    requireUsable();
    buffer.trim();
    Path path = home.enter();
    Checkpoint checkpoint = home.handles.opened(Checkpoint.create(db));
    try {
      checkpoint.createCheckpoint(path.toString());
      return new RocksFrozenFiles.Directory(path, nextFreeze++, uploads);
    } catch (RocksDBException e) {
      StorageException failed =
          new StorageException(
              "Freezing the database " + path() + " for checkpoint " + checkpointId, e);
      try {
        home.leave(path);
      } catch (StorageException notRemoved) {
        failed.addSuppressed(notRemoved);
      }
      throw failed;
    } finally {
      home.handles.close(checkpoint);
    }
  }

  /** Drops a state's contents; views that hold the column still see them. */
  synchronized void drop(Column column) {
    column.drop();
    columns.remove(column);
    Family family = column.family();
    if (family == null) {
      return;
    }
    family.states--;
    try {
      if (family.states > 0) {
        byte[] slot = column.place().prefix();
        db.deleteRange(family.handle, writes, slot, Prefetch.successor(slot));
      } else {
        db.dropColumnFamily(family.handle);
        families.remove(family.number);
        shared = shared == family ? null : shared;
      }
    } catch (RocksDBException e) {
      throw failed("Dropping", column.state(), e);
    } finally {
      release(family);
    }
  }

  synchronized void retain(Family family) {
    family.users++;
  }

  synchronized void release(Family family) {
    family.users--;
    if (family.users == 0) {
      home.handles.close(family.handle);
    }
  }

  synchronized Snapshot snapshot() {
    buffer.trim();
    users++;
    return home.handles.opened(db.getSnapshot());
  }

  /** Lets go of a snapshot, and with it of the database. */
  synchronized void release(Snapshot snapshot) {
    db.releaseSnapshot(snapshot);
    home.handles.close(snapshot);
    release();
  }

  /**
   * A number that RocksDB keeps of a state, 0 for one that was never written.
   *
   * @param once whether all column families have the same
   */
  synchronized long property(String state, String name, boolean once) {
    try {
      long sum = 0;
      Set<Family> seen = new HashSet<>();
      for (Column column : columns) {
        Family family = column.family();
        if (column.state().equals(state) && family != null && seen.add(family)) {
          sum = db.getLongProperty(family.handle, name) + (once ? 0 : sum);
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

  /** See {@link RocksMetrics#migrating}: these states have a column for each declaration. */
  synchronized List<String> migrating() {
    Set<String> seen = new HashSet<>();
    return columns.stream().map(Column::state).filter(state -> !seen.add(state)).toList();
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the store is closed");
    }
  }

  /** Once anything has failed nobody knows what the database holds: nothing is built upon it. */
  void requireUsable() {
    requireOpen();
    if (failure != null) {
      throw new StorageException(
          "Using the database " + path() + " after an earlier failure", failure);
    }
  }

  /** What to throw for a failed read; but for a list that is too long the store is of no use. */
  StreambedException unreadable(String state, RocksDBException e) {
    if (e.getMessage() != null && e.getMessage().contains("exceeds 4GB")) {
      return Column.tooLarge(1L << 32, state);
    }
    failure =
        isDamage(e)
            ? new CorruptionException(
                "State \"" + state + "\" in the database " + path(),
                -1,
                "sound blocks",
                e.getMessage(),
                e)
            : new StorageException("Reading state \"" + state + "\" in the database " + path(), e);
    return failure;
  }

  /** What to throw for a failed write; the store is of no use from then on. */
  StreambedException failed(String operation, String state, RocksDBException e) {
    failure =
        new StorageException(
            operation
                + " state \""
                + state
                + "\" in the database "
                + path()
                + " (make room if its disk is full, and restart from the last checkpoint)",
            e);
    return failure;
  }

  static boolean isDamage(RocksDBException e) {
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
    columns.stream().map(Column::family).filter(Objects::nonNull).forEach(this::release);
    columns.clear();
    NativeHandles handles = home.handles;
    handles.close(writes);
    bound.close();
    handles.close(reads);
    opened.close();
    home.leave(opened.path);
  }
}
