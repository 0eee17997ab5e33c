package io.streambed.rocksdb;

import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.entry.Limits;
import io.streambed.entry.StateSchema;
import io.streambed.error.LimitExceededException;
import io.streambed.rocksdb.RocksManifest.Place;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * The entries of one state. They get their place with the first write: a column family to
 * themselves, or a slot of the family that all states share which have none of their own. In that
 * one each key begins with the slot; who uses a column sees keys without it.
 *
 * <p>Threading: the store's thread; metrics see only whether there is a family.
 */
final class Column {
  private static final byte[] NOTHING = new byte[0];
  private static final WeakReference<Prefetch> NO_WALK = new WeakReference<>(null);

  private final RocksDatabase database;
  private final String state;
  private volatile Family family;
  private Place place = Place.NOWHERE;

  /** What all keys of the state begin with in its family: nothing if that is its own. */
  private byte[] prefix = NOTHING;

  /** A key with the prefix; null if there is none. */
  private ByteWriter prefixed;

  /** Whether the state is gone. Views may still read it; the family may be closed any time. */
  private boolean dropped;

  /**
   * The walk that has read ahead, told of changes; at most one, the others look again. Weak, for a
   * walk that is left before its end would hold what it has read for ever.
   */
  private WeakReference<Prefetch> ahead = NO_WALK;

  /** Brings entries here that older declarations wrote; null unless there are some left. */
  private StateMigration migration;

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
  Family family() {
    return family;
  }

  /** Where the entries lie; {@link Place#NOWHERE} as long as nothing was written. */
  Place place() {
    return place;
  }

  /** Gives a column that has none a place. */
  void attach(Family newFamily, Place newPlace) {
    place = newPlace;
    prefix = newPlace.prefix();
    prefixed = newPlace.isShared() ? new ByteWriter() : null;
    family = newFamily;
  }

  /** A migration begins to bring entries here, or ends if it is null. */
  void migrating(StateMigration newMigration) {
    migration = newMigration;
  }

  /**
   * What older declarations wrote and is not here yet; none but in a state that is migrated. What
   * is moved is removed from their columns first.
   */
  List<OlderPart> tidyOlder() {
    return migration == null ? List.of() : migration.tidyOlder();
  }

  /** Whether there are entries that are not here yet and that a given declaration wrote. */
  boolean migratesFrom(StateSchema written) {
    return migration != null && migration.isFrom(written);
  }

  /** Checks that no entry is both here and where a migration brings it from. */
  void checkInvariants() {
    if (migration != null) {
      migration.checkInvariants();
    }
  }

  /** Takes the place of another column; that one is gone then. */
  void takeOver(Column other) {
    attach(other.family, other.place);
    database.forget(other);
  }

  /** A key as it is in the family; valid until the next call. */
  private ByteWriter stored(ByteWriter key) {
    if (prefixed == null) {
      return key;
    }
    prefixed.trim(ByteWriter.KEPT_BYTES);
    prefixed.reset();
    prefixed.writeBytes(prefix);
    prefixed.writeBytes(key.array(), 0, key.position());
    return prefixed;
  }

  /** A key as it is in the family of a column that has one. */
  byte[] stored(byte[] key) {
    return prefixed == null ? key : Scan.joined(prefix, key);
  }

  /** The state is gone: tables of it that somebody kept refuse from now on. */
  void drop() {
    dropped = true;
  }

  /** Checks that the store is open and the state is there. */
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
    if (family == null) {
      database.place(this);
    }
    return family.handle;
  }

  /**
   * Reads a value.
   *
   * @return its bytes, valid until the next value of any state is read, or null if there is none
   */
  ByteView get(ByteWriter key) {
    prepareRead(key);
    ReadBuffer buffer = database.buffer;
    int size = read(key, buffer.array());
    if (size > buffer.array().length) {
      // The owner alone writes: the size is the same the second time.
      size = read(key, buffer.grow(size));
    }
    return size < 0 ? null : buffer.found(size);
  }

  /**
   * Reads many values with one call.
   *
   * @return their bytes in the order of the keys, null where there is none
   */
  List<byte[]> getAll(List<byte[]> keys) {
    requireUsable();
    if (migration != null) {
      keys.forEach(key -> prepareRead(writer(key)));
    }
    if (family == null || keys.isEmpty()) {
      return Collections.nCopies(keys.size(), null);
    }
    List<byte[]> at = keys.stream().map(this::stored).toList();
    List<byte[]> found;
    try {
      found =
          new ArrayList<>(
              database.db.multiGetAsList(
                  database.reads, Collections.nCopies(at.size(), family.handle), at));
    } catch (RocksDBException e) {
      throw database.unreadable(state, e);
    }
    for (int i = 0; i < found.size(); i++) {
      if (found.get(i) == null) {
        found.set(i, confirmed(keys.get(i)));
      }
    }
    return found;
  }

  /** RocksDB's Java part gives null for what it failed to read, too: a single look-up tells. */
  private byte[] confirmed(byte[] key) {
    ByteView value = get(writer(key));
    return value == null ? null : value.toByteArray();
  }

  static ByteWriter writer(byte[] key) {
    ByteWriter one = new ByteWriter(key.length);
    one.writeBytes(key);
    return one;
  }

  boolean contains(ByteWriter key) {
    prepareRead(key);
    return read(key, NOTHING) >= 0;
  }

  /** Before a key is read here. The migration may end with any of these calls. */
  private void prepareRead(ByteWriter key) {
    if (migration != null) {
      migration.beforeRead(key);
    }
  }

  /** Gives the size of a value, or -1; copies as much of it as there is room for. */
  private int read(ByteWriter key, byte[] into) {
    requireUsable();
    if (family == null) {
      return RocksDB.NOT_FOUND;
    }
    ByteWriter at = stored(key);
    try {
      int size =
          database.db.get(
              family.handle, database.reads, at.array(), 0, at.position(), into, 0, into.length);
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
    ColumnFamilyHandle to = writable();
    prepareWrite(key);
    changes(key);
    store(to, key, value, offset, length);
  }

  /** Before a key is written or removed here. */
  private void prepareWrite(ByteWriter key) {
    if (migration != null) {
      migration.beforeWrite(key);
    }
  }

  /** Stores a value that a migration brings here: for whoever reads the state nothing changes. */
  void store(ByteWriter key, ByteView value) {
    store(writable(), key, value.array(), value.offset(), value.length());
  }

  private void store(ColumnFamilyHandle to, ByteWriter key, byte[] value, int offset, int length) {
    ByteWriter at = stored(key);
    try {
      database.db.put(to, database.writes, at.array(), 0, at.position(), value, offset, length);
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
    ColumnFamilyHandle to = writable();
    prepareRead(key);
    changes(key);
    ByteWriter at = stored(key);
    try {
      database.db.merge(to, database.writes, at.array(), 0, at.position(), value, offset, length);
    } catch (RocksDBException e) {
      throw database.failed("Writing", state, e);
    }
  }

  void delete(ByteWriter key) {
    requireUsable();
    prepareWrite(key);
    if (family == null) {
      return;
    }
    changes(key);
    ByteWriter at = stored(key);
    try {
      database.db.delete(family.handle, database.writes, at.array(), 0, at.position());
    } catch (RocksDBException e) {
      throw database.failed("Writing", state, e);
    }
  }

  private void changes(ByteWriter key) {
    if (ahead != NO_WALK) {
      Prefetch walk = ahead.get();
      if (walk == null || walk.holds(key.array(), key.position())) {
        changed();
      }
    }
  }

  /** What was read ahead may be wrong from now on. */
  void changed() {
    Prefetch walk = ahead.get();
    if (walk != null) {
      walk.outdate();
    }
    ahead = NO_WALK;
  }

  /** A walk has read ahead: it is told once that is outdated. */
  void readsAhead(Prefetch walk) {
    if (ahead.get() != walk) {
      changed();
      ahead = new WeakReference<>(walk);
    }
  }

  /** Before a batch is begun that writes here. The migration may end with this call. */
  void prepareBatch() {
    if (migration != null) {
      migration.beforeBatch();
    }
  }

  /** A key that a batch is to write or remove. */
  void prepareWrite(byte[] key, Batch batch) {
    if (migration != null) {
      migration.beforeWrite(key, batch);
    }
  }

  /** Before a batch appends to the value of a key. */
  void prepareAppend(byte[] key) {
    if (migration != null) {
      migration.beforeRead(writer(key));
    }
  }

  /** A scan over what begins with a prefix now, or null if nothing was ever written. */
  Scan scan(byte[] prefix) {
    requireUsable();
    return migration == null ? ownScan(prefix) : migration.scan(prefix);
  }

  /** The same, of what lies in this column alone. */
  Scan ownScan(byte[] prefix) {
    return family == null ? null : scan(prefix, database.reads, database.bound);
  }

  /** A scan that sees what given options say, on any thread that holds the family. */
  Scan scan(byte[] begin, ReadOptions options, Bound shared) {
    byte[] stored = stored(begin);
    if (stored.length == 0) {
      return scan(options, () -> {});
    }
    byte[] behind = Prefetch.successor(stored);
    if (shared.fits(behind)) {
      return scan(shared.before(behind), shared::free);
    }
    Bound own = new Bound(database.handles(), options, behind.length);
    return scan(own.before(behind), own::close);
  }

  private Scan scan(ReadOptions options, Runnable atEnd) {
    RocksIterator iterator = database.db.newIterator(family.handle, options);
    return new NativeScan(database, state, prefix, iterator, atEnd);
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
    if (family == null || from >= before) {
      return;
    }
    byte[] first = stored(EntryForm.group(from));
    byte[] end = stored(EntryForm.group(before));
    try {
      // Whole files go at once; the rest is hidden by one tombstone.
      database.db.deleteFilesInRanges(family.handle, List.of(first, end), false);
      database.db.deleteRange(family.handle, database.writes, first, end);
    } catch (RocksDBException e) {
      throw database.failed("Clipping", state, e);
    }
  }

  /** Removes all keys from one on to before another; views that are open still see them. */
  void removeRange(byte[] from, byte[] before) {
    if (family == null) {
      return;
    }
    try {
      database.db.deleteRange(family.handle, database.writes, stored(from), stored(before));
    } catch (RocksDBException e) {
      throw database.failed("Writing", state, e);
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
