package io.streambed.rocksdb;

import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.LimitExceededException;
import io.streambed.store.Limits;
import java.util.Arrays;
import java.util.List;
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
  private static final int FIRST_BYTES = 256;

  /**
   * A larger buffer than {@link #KEPT_BYTES} goes once this many reads in a row did not need it.
   */
  private static final int SMALL_READS = 64;

  /** A larger one goes at once. */
  private static final int LARGE_BYTES = 16 << 20;

  private static final byte[] NOTHING = new byte[0];

  /** Who holds the family: its state and frozen views. Guarded by the database. */
  int users = 1;

  private final RocksDatabase database;
  private final String state;
  private final ByteView found = new ByteView();
  private byte[] buffer = new byte[FIRST_BYTES];
  private int smallReads;
  private int number = RocksManifest.NO_COLUMN;
  private volatile ColumnFamilyHandle handle;

  /** Whether the family is views' only, who read it by its handle: that may be closed any time. */
  private boolean dropped;

  /** The walk that has read ahead, told of changes; at most one, the others look again. */
  private Prefetch ahead;

  Column(RocksDatabase database, String state) {
    this.database = database;
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

  /** The family's number; {@link RocksManifest#NO_COLUMN} as long as nothing was written. */
  int number() {
    return number;
  }

  /** Gives a column that has none a family that is there. */
  void attach(int familyNumber, ColumnFamilyHandle family) {
    number = familyNumber;
    handle = family;
  }

  /** Takes the family of another column that nobody else holds; that one is gone then. */
  void takeOver(Column other) {
    attach(other.number, other.handle);
    database.forget(other);
  }

  /** The state is gone: tables of it that somebody kept refuse from now on. */
  void drop() {
    dropped = true;
  }

  void requireUsable() {
    database.requireUsable();
    if (dropped) {
      throw new IllegalStateException(
          "state \"" + state + "\" was closed and then dropped or migrated: open it anew");
    }
  }

  /** The family to write to. */
  ColumnFamilyHandle writable() {
    requireUsable();
    if (handle == null) {
      try {
        int next = database.nextColumn();
        attach(next, database.create(next));
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
    int size = read(key, buffer);
    if (size > buffer.length) {
      // The owner alone writes: the size is the same the second time. Lists grow: there is room.
      buffer = new byte[size < LARGE_BYTES ? size + size / 4 : size];
      size = read(key, buffer);
    }
    if (size < 0) {
      return null;
    }
    found.set(buffer, 0, size);
    if (buffer.length > KEPT_BYTES) {
      smallReads = size > KEPT_BYTES ? 0 : smallReads + 1;
      if (smallReads > SMALL_READS || size >= LARGE_BYTES) {
        smallReads = 0;
        buffer = new byte[FIRST_BYTES];
      }
    }
    return found;
  }

  boolean contains(ByteWriter key) {
    return read(key, NOTHING) >= 0;
  }

  /** Gives the size of a value, or -1; copies as much of it as there is room for. */
  private int read(ByteWriter key, byte[] into) {
    requireUsable();
    if (handle == null) {
      return RocksDB.NOT_FOUND;
    }
    try {
      int size =
          database.db.get(
              handle, database.reads, key.array(), 0, key.position(), into, 0, into.length);
      if (size != RocksDB.NOT_FOUND) {
        checkSize(size, state);
      }
      return size;
    } catch (ArrayIndexOutOfBoundsException e) {
      // RocksDB's sizes are unsigned and go to 4 GiB, its Java part takes this for negative.
      throw tooLarge(1L << 31, state);
    } catch (RocksDBException e) {
      throw database.unreadable(state, e);
    }
  }

  /** Checks a size that RocksDB tells: appending is not refused, but reading what is too large. */
  static void checkSize(int size, String state) {
    if (size > ByteWriter.MAX_LENGTH || size < 0) {
      throw tooLarge(Integer.toUnsignedLong(size), state);
    }
  }

  static LimitExceededException tooLarge(long atLeast, String state) {
    return new LimitExceededException(
        "The size of a list of state \"" + state + "\" in bytes, at least,",
        atLeast,
        Limits.MAX_VALUE_BYTES,
        "Split it, for instance into entries of a map state.");
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
    requireUsable();
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

  /** A scan over what begins with a prefix now, or null if nothing was ever written. */
  Scan scan(byte[] prefix) {
    requireUsable();
    return handle == null ? null : scan(handle, prefix, database.reads, database.bound);
  }

  /** A scan that sees what given options say, on any thread that holds the family. */
  Scan scan(ColumnFamilyHandle family, byte[] prefix, ReadOptions options, Bound shared) {
    if (prefix.length == 0) {
      return scan(family, options, () -> {});
    }
    byte[] behind = Prefetch.successor(prefix);
    if (shared.fits(behind)) {
      return scan(family, shared.before(behind), shared::free);
    }
    Bound own = new Bound(database.handles(), options, behind.length);
    return scan(family, own.before(behind), own::close);
  }

  private Scan scan(ColumnFamilyHandle family, ReadOptions options, Runnable atEnd) {
    RocksIterator iterator = database.handles().opened(database.db.newIterator(family, options));
    return new Scan(database.handles(), state, iterator, atEnd, e -> database.unreadable(state, e));
  }

  boolean isEmpty(byte[] prefix) {
    try (Scan scan = scan(prefix)) {
      return scan == null || !scan.seek(prefix) || !scan.startsWith(prefix);
    }
  }

  /** Removes all that begins with a prefix. */
  void clear(byte[] prefix) {
    try (Scan scan = scan(prefix)) {
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

  /** Removes all key groups from one on to before another, without looking at them. */
  void removeGroups(int from, int before) {
    if (handle == null || from >= before) {
      return;
    }
    byte[] first = EntryForm.group(from);
    byte[] end = EntryForm.group(before);
    try {
      // Whole files go at once; the rest is hidden by one tombstone.
      database.db.deleteFilesInRanges(handle, List.of(first, end), false);
      database.db.deleteRange(handle, database.writes, first, end);
    } catch (RocksDBException e) {
      throw database.failed("Clipping", state, e);
    }
  }

  /** Counts what begins with a prefix; an empty one counts everything. */
  long count(byte[] prefix) {
    long count = 0;
    try (Scan scan = scan(prefix)) {
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
