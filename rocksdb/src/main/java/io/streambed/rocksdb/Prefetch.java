package io.streambed.rocksdb;

import io.streambed.bytes.ByteView;
import io.streambed.error.SerializationException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A walk over the live entries that begin with a prefix, or over their cells. It reads some entries
 * ahead and closes its iterator before it gives the first: a walk may be left at any point. Once
 * one of those read ahead changes, it looks again from where it stands.
 */
final class Prefetch {
  private static final int FIRST = 64;
  private static final int MOST = 256;
  private static final int FEWEST = 16;
  private static final int MAX_BYTES = 1 << 20;

  private final Column column;
  private final byte[] prefix;
  private final EntryForm cellsOf;
  private final List<byte[]> keys = new ArrayList<>();
  private final List<byte[]> values = new ArrayList<>();
  private byte[] from;
  private int size = FIRST;
  private int next;
  private boolean atEnd;
  private boolean outdated;

  /**
   * A walk before the first entry.
   *
   * @param column where
   * @param prefix what the keys begin with
   * @param cellsOf null to meet entries, or their form to meet each cell once, without values
   */
  Prefetch(Column column, byte[] prefix, EntryForm cellsOf) {
    this.column = column;
    this.prefix = prefix;
    this.from = prefix;
    this.cellsOf = cellsOf;
  }

  /** Moves on; false at the end. */
  boolean advance() {
    column.requireUsable();
    if (outdated || next == keys.size() && !atEnd) {
      read();
    }
    if (next > 0 && !values.isEmpty()) {
      // What was met is not needed any more, and may be large.
      values.set(next - 1, null);
    }
    if (next == keys.size()) {
      return false;
    }
    byte[] key = keys.get(next++);
    from = cellsOf != null && cellsOf.isMap() ? successor(key) : Arrays.copyOf(key, key.length + 1);
    return true;
  }

  byte[] key() {
    return keys.get(next - 1);
  }

  byte[] value() {
    return values.get(next - 1);
  }

  private void read() {
    size = outdated ? FEWEST : Math.min(size * 2, MOST);
    if (from == prefix) {
      size = FIRST;
    }
    keys.clear();
    values.clear();
    next = 0;
    outdated = false;
    atEnd = true;
    try (Scan scan = column.scan(prefix)) {
      int bytes = 0;
      boolean here = scan != null && scan.seek(from) && scan.startsWith(prefix);
      while (here) {
        if (keys.size() == size || bytes > MAX_BYTES) {
          atEnd = false;
          break;
        }
        bytes += cellsOf == null ? addEntry(scan) : addCell(scan);
        here = (cellsOf == null ? scan.next() : nextCell(scan)) && scan.startsWith(prefix);
      }
    } catch (SerializationException e) {
      // A value of a state under migration cannot be converted. What lies before it is given first;
      // after that each further read begins at it and fails again, so that nobody sees an end here.
      atEnd = false;
      if (keys.isEmpty()) {
        throw e;
      }
    }
    if (!keys.isEmpty()) {
      column.readsAhead(this);
    }
  }

  private int addEntry(Scan scan) {
    byte[] key = scan.key().toByteArray();
    byte[] value = scan.value().toByteArray();
    keys.add(key);
    values.add(value);
    return key.length + value.length;
  }

  private int addCell(Scan scan) {
    ByteView key = scan.key();
    byte[] cell = Arrays.copyOf(key.array(), cellsOf.cellBytes(key));
    keys.add(cell);
    return cell.length;
  }

  /** A map's cell may have one entry or a million: the next is looked at, then jumped to. */
  private boolean nextCell(Scan scan) {
    byte[] cell = keys.get(keys.size() - 1);
    return scan.next()
        && (!cellsOf.isMap() || !scan.startsWith(cell) || scan.seek(successor(cell)));
  }

  /** Whether a changed key is among what was read ahead and not met. */
  boolean holds(byte[] key, int length) {
    if (next == keys.size()) {
      return false;
    }
    byte[] last = keys.get(keys.size() - 1);
    byte[] first = keys.get(next);
    return Arrays.compareUnsigned(key, 0, length, first, 0, first.length) >= 0
        && (Arrays.compareUnsigned(key, 0, length, last, 0, last.length) <= 0
            || Column.startsWith(key, length, last));
  }

  /** What was read ahead may not be as it was. */
  void outdate() {
    outdated = next < keys.size();
  }

  /** The least key that is greater than all that begin with a prefix. */
  static byte[] successor(byte[] prefix) {
    for (int last = prefix.length - 1; last >= 0; last--) {
      if (prefix[last] != (byte) 0xFF) {
        byte[] next = Arrays.copyOf(prefix, last + 1);
        next[last]++;
        return next;
      }
    }
    throw new IllegalArgumentException("no key follows a prefix of nothing but 255");
  }
}
