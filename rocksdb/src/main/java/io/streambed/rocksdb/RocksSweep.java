package io.streambed.rocksdb;

import io.streambed.bytes.ByteView;
import io.streambed.error.LimitExceededException;

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

  RocksSweep(Column column) {
    this.column = column;
  }

  /** Tells what is to be left of an entry. */
  @FunctionalInterface
  interface Survivor {
    /** The stored value if it stays as it is, null if nothing of it stays, or what stays of it. */
    ByteView of(ByteView stored);
  }

  /**
   * Looks at the next entries.
   *
   * @return how many, or 0 at the end: the next call starts from the beginning
   */
  int next(Survivor survivor) {
    if (from == null) {
      from = RocksCells.EVERYTHING;
      return 0;
    }
    int looked = 0;
    try (Scan scan = column.scan(RocksCells.EVERYTHING);
        Batch batch = Batch.whole(column.database())) {
      int bytes = 0;
      boolean here = scan != null && scan.seek(from);
      while (here && looked < ENTRIES && bytes < BYTES) {
        ByteView stored = valueUnlessTooLarge(scan);
        if (stored != null) {
          ByteView left = survivor.of(stored);
          if (left == null) {
            batch.delete(column, scan.key().toByteArray());
          } else if (left != stored) {
            batch.put(column, scan.key().toByteArray(), left.toByteArray());
          }
          bytes += scan.key().length() + stored.length();
        }
        looked++;
        here = scan.next();
      }
      batch.write();
      from = here ? scan.key().toByteArray() : looked == 0 ? RocksCells.EVERYTHING : null;
    }
    return looked;
  }

  /** A list that is too large to be read stays: whoever reads it is told, nobody else. */
  private static ByteView valueUnlessTooLarge(Scan scan) {
    try {
      return scan.value();
    } catch (LimitExceededException e) {
      return null;
    }
  }
}
