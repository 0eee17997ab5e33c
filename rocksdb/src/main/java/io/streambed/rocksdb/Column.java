package io.streambed.rocksdb;

import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.LimitExceededException;
import io.streambed.store.Limits;
import java.util.Arrays;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * The entries of one state: one column family, made with the first write, for each costs memory and
 * a write of RocksDB's list of files.
 *
 * <p>Threading: the store's thread; metrics see only whether there is a family.
 */
final class Column {
  static final int KEPT_BYTES = 1 << 20;
  private static final byte[] NOTHING = new byte[0];

  /** Who holds the family: its state and frozen views. Guarded by the database. */
  int users = 1;

  private final RocksDatabase database;
  private final int number;
  private final String state;
  private final ByteView found = new ByteView();
  private byte[] buffer = new byte[256];
  private volatile ColumnFamilyHandle handle;

  /** The walk that has read ahead, told of changes; at most one, the others look again. */
  private Prefetch ahead;

  Column(RocksDatabase database, int number, String state) {
    this.database = database;
    this.number = number;
    this.state = state;
  }

  String state() {
    return state;
  }

  RocksDatabase database() {
    return database;
  }

  /** The family, or null as long as nothing was written. */
  ColumnFamilyHandle handle() {
    return handle;
  }

  /** The family to write to. */
  ColumnFamilyHandle writable() {
    database.requireUsable();
    if (handle == null) {
      try {
        handle = database.create(number);
      } catch (RocksDBException e) {
        throw database.failed("Creating", state, e);
      }
    }
    return handle;
  }

  /**
   * Reads a value.
   *
   * @return its bytes, valid until the next call, or null if there is none
   */
  ByteView get(ByteWriter key) {
    int size = read(key);
    if (size < 0) {
      return null;
    }
    found.set(buffer, 0, size);
    if (buffer.length > KEPT_BYTES) {
      buffer = new byte[256];
    }
    return found;
  }

  boolean contains(ByteWriter key) {
    return read(key) >= 0;
  }

  private int read(ByteWriter key) {
    database.requireUsable();
    if (handle == null) {
      return RocksDB.NOT_FOUND;
    }
    try {
      int size = readInto(key);
      if (size > buffer.length) {
        // The owner alone writes: the size is the same the second time.
        buffer = new byte[size];
        size = readInto(key);
      }
      return size;
    } catch (RocksDBException e) {
      throw database.unreadable(state, e);
    }
  }

  private int readInto(ByteWriter key) throws RocksDBException {
    int size =
        database.db.get(
            handle, database.reads, key.array(), 0, key.position(), buffer, 0, buffer.length);
    if (size > ByteWriter.MAX_LENGTH || size < RocksDB.NOT_FOUND) {
      throw new LimitExceededException(
          "A list of state \"" + state + "\" in bytes",
          Integer.toUnsignedLong(size),
          Limits.MAX_VALUE_BYTES,
          "Split it, for instance into entries of a map state.");
    }
    return size;
  }

  void put(ByteWriter key, byte[] value, int offset, int length) {
    ColumnFamilyHandle family = writable();
    changes(key);
    try {
      database.db.put(
          family, database.writes, key.array(), 0, key.position(), value, offset, length);
    } catch (RocksDBException e) {
      throw database.failed("Writing", state, e);
    }
  }

  void put(ByteWriter key, ByteView value) {
    put(key, value.array(), value.offset(), value.length());
  }

  void putNothing(ByteWriter key) {
    put(key, NOTHING, 0, 0);
  }

  /** Appends to a value without reading it. */
  void append(ByteWriter key, byte[] value, int offset, int length) {
    ColumnFamilyHandle family = writable();
    changes(key);
    try {
      database.db.merge(
          family, database.writes, key.array(), 0, key.position(), value, offset, length);
    } catch (RocksDBException e) {
      throw database.failed("Writing", state, e);
    }
  }

  void delete(ByteWriter key) {
    database.requireUsable();
    if (handle == null) {
      return;
    }
    changes(key);
    try {
      database.db.delete(handle, database.writes, key.array(), 0, key.position());
    } catch (RocksDBException e) {
      throw database.failed("Writing", state, e);
    }
  }

  private void changes(ByteWriter key) {
    if (ahead != null && ahead.holds(key.array(), key.position())) {
      forget(ahead);
    }
  }

  /** What was read ahead may be wrong from now on. */
  void changed() {
    if (ahead != null) {
      forget(ahead);
    }
  }

  /** A walk has read ahead: it is told once that is outdated. */
  void readsAhead(Prefetch walk) {
    if (ahead != walk) {
      changed();
      ahead = walk;
    }
  }

  private void forget(Prefetch walk) {
    walk.outdate();
    ahead = null;
  }

  /** A scan over what there is now, or null if nothing was ever written. */
  Scan scan() {
    database.requireUsable();
    return handle == null ? null : scan(handle, database.reads);
  }

  /** A scan that sees what given options say, on any thread that holds the family. */
  Scan scan(ColumnFamilyHandle family, ReadOptions options) {
    RocksIterator iterator = database.handles().opened(database.db.newIterator(family, options));
    return new Scan(this, iterator);
  }

  boolean isEmpty(byte[] prefix) {
    try (Scan scan = scan()) {
      return scan == null || !scan.seek(prefix) || !scan.startsWith(prefix);
    }
  }

  /** Removes all that begins with a prefix. */
  void clear(byte[] prefix) {
    try (Scan scan = scan()) {
      if (scan == null || !scan.seek(prefix) || !scan.startsWith(prefix)) {
        return;
      }
      changed();
      try (Batch batch = new Batch(database)) {
        do {
          batch.delete(this, scan.key().toByteArray());
        } while (scan.next() && scan.startsWith(prefix));
        batch.write();
      }
    }
  }

  /** Counts what begins with a prefix; an empty one counts everything. */
  long count(byte[] prefix) {
    long count = 0;
    try (Scan scan = scan()) {
      boolean here = scan != null && scan.seek(prefix);
      while (here && scan.startsWith(prefix)) {
        count++;
        here = scan.next();
      }
    }
    return count;
  }

  static boolean startsWith(byte[] bytes, int length, byte[] prefix) {
    return length >= prefix.length
        && Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length);
  }
}
