package io.streambed.rocksdb;

import io.streambed.bytes.ByteView;
import io.streambed.error.LimitExceededException;
import io.streambed.error.SerializationException;

/**
 * Removes what is older than a time from one column, some hundred entries at a time: to open an
 * iterator costs as much as to read many entries with it.
 */
final class RocksSweep {
  private static final int ENTRIES = 256;
  private static final int BYTES = 256 << 10;

  private final Column column;

  /** The first key that was not looked at; null if all were. */
  private byte[] from = RocksCells.EVERYTHING;

  /** No entry was older when the last pass over all of them began. */
  private long oldest = Long.MIN_VALUE;

  /** The least timestamp that this pass has left. */
  private long oldestLeft = Long.MAX_VALUE;

  RocksSweep(Column column) {
    this.column = column;
  }

  /** Tells what is to be left of an entry. */
  @FunctionalInterface
  interface Survivor {
    /** The stored value if it stays as it is, null if nothing of it stays, or what stays of it. */
    ByteView of(ByteView stored);
  }

  /** An entry, or a list's element, of this timestamp stays. */
  void leaves(long stamp) {
    oldestLeft = Math.min(oldestLeft, stamp);
  }

  /**
   * Looks at the next entries, unless no entry can be older.
   *
   * @param form knows what was written since the last pass began
   * @return how many, or 0 at the end: the next call starts from the beginning
   */
  int next(EntryForm form, long oldestLive, Survivor survivor) {
    if (from == null) {
      from = RocksCells.EVERYTHING;
      oldest = oldestLeft;
      return 0;
    }
    if (from == RocksCells.EVERYTHING) {
      oldest = Math.min(oldest, form.takeOldestWritten());
      if (oldestLive <= oldest) {
        return 0;
      }
      oldestLeft = Long.MAX_VALUE;
    }
    int looked = 0;
    try (Scan scan = column.scan(RocksCells.EVERYTHING);
        Batch batch = Batch.whole(column.database())) {
      int bytes = 0;
      boolean here = scan != null && scan.seek(from);
      while (here && looked < ENTRIES && bytes < BYTES) {
        ByteView stored = readable(scan);
        byte[] key = scan.key().toByteArray();
        if (stored == null) {
          leaves(Long.MIN_VALUE);
        } else {
          ByteView left = survivor.of(stored);
          if (left == null) {
            batch.delete(column, key);
          } else if (left != stored) {
            shorten(scan, left, key, batch);
          }
          bytes += key.length + stored.length();
        }
        looked++;
        here = scan.next();
      }
      batch.write();
      from = here ? scan.key().toByteArray() : null;
    }
    if (looked == 0) {
      from = RocksCells.EVERYTHING;
      oldest = oldestLeft;
    }
    return looked;
  }

  /** Writes what is left of a list; what a migration cannot convert stays as it is. */
  private void shorten(Scan scan, ByteView left, byte[] key, Batch batch) {
    byte[] converted;
    try {
      converted = scan.converted(left).toByteArray();
    } catch (SerializationException e) {
      leaves(Long.MIN_VALUE);
      return;
    }
    batch.put(column, key, converted);
  }

  /** Null for a list that is too large to be read: whoever reads it is told, nobody else. */
  static ByteView readable(Scan scan) {
    try {
      return scan.stored();
    } catch (LimitExceededException e) {
      return null;
    }
  }
}
