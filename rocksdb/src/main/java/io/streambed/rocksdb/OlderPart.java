package io.streambed.rocksdb;

import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.SerializationException;
import io.streambed.key.KeyGroups;
import io.streambed.migration.Conversion;
import io.streambed.serial.Serializer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * What an older declaration wrote of an open state and what is not moved into its present column
 * yet. It is moved in the order of the keys; those that are used in between are moved one by one.
 * Entries that cannot be converted stay here until somebody replaces or removes them.
 *
 * <p>Threading: the store's thread; {@link Frozen} any one other.
 */
final class OlderPart {
  /** Below every key. */
  private static final byte[] START = EntryForm.group(0);

  /** Above every key. */
  private static final byte[] END = EntryForm.group(KeyGroups.MAX_PARALLELISM_LIMIT);

  final CarriedPart part;
  private final EntryForm present;
  private final Supplier<Conversion> contents;
  private final Serializer<?> keys;
  private final StoredConversion conversion;
  private final ByteWriter out = new ByteWriter();

  /** Keys below this one are moved, but for those that cannot be converted. */
  private byte[] movedBefore = START;

  /** Of those that are moved, the ones below this key are removed here. */
  private byte[] removedBefore = START;

  /** Whether there was an entry that could not be converted when its turn came. */
  private boolean hasLeft;

  /**
   * How many such entries are here, or fewer: a batch may remove one twice, or be dropped. They are
   * counted before the part is given up.
   */
  private long left;

  /**
   * A part of which nothing is moved yet.
   *
   * @param part the declaration and the column
   * @param present how the state's entries lie now
   * @param contents gives conversions from one to the other, each for one thread
   * @param keys names keys in errors
   */
  OlderPart(
      CarriedPart part, EntryForm present, Supplier<Conversion> contents, Serializer<?> keys) {
    this.part = part;
    this.present = present;
    this.contents = contents;
    this.keys = keys;
    this.conversion = new StoredConversion(part.form, present, contents.get(), keys);
  }

  /** Whether a key may be here: all others are moved. */
  private boolean mayHold(byte[] key, int length) {
    return Arrays.compareUnsigned(key, 0, length, movedBefore, 0, movedBefore.length) >= 0
        || hasLeft
            && Arrays.compareUnsigned(key, 0, length, removedBefore, 0, removedBefore.length) < 0;
  }

  /**
   * Moves a key, if it is here.
   *
   * @return whether it was
   * @throws SerializationException if its value cannot be converted; it stays here then
   */
  boolean move(ByteWriter key, Column target) {
    ByteView stored = mayHold(key.array(), key.position()) ? part.column.get(key) : null;
    if (stored == null) {
      return false;
    }
    // Stored there first: what fails in between loses nothing.
    target.store(key, conversion.convert(key.view(), stored, out));
    out.trim(ByteWriter.KEPT_BYTES);
    part.column.delete(key);
    removed(key.array(), key.position());
    return true;
  }

  /** Removes a key here, if it is here: a tombstone for each key that is not would slow scans. */
  void remove(ByteWriter key) {
    if (mayHold(key.array(), key.position()) && part.column.contains(key)) {
      part.column.delete(key);
      removed(key.array(), key.position());
    }
  }

  /** Removes a key here, if it is here, with a batch. */
  void remove(byte[] key, Batch batch) {
    if (mayHold(key, key.length) && part.column.contains(Column.writer(key))) {
      batch.delete(part.column, key);
      removed(key, key.length);
    }
  }

  private void removed(byte[] key, int length) {
    if (Arrays.compareUnsigned(key, 0, length, movedBefore, 0, movedBefore.length) < 0) {
      left--;
    }
  }

  /** Whether each entry has had its turn to be moved. */
  boolean isPassed() {
    return movedBefore == END;
  }

  /** Whether nothing is left here. */
  boolean isDone() {
    if (!isPassed() || left > 0) {
      return false;
    }
    if (hasLeft) {
      removeMoved();
      left = part.column.count(RocksCells.EVERYTHING);
    }
    return left == 0;
  }

  /**
   * Moves the next entries, but for those that cannot be converted.
   *
   * @param maxEntries how many at most
   * @param maxBytes no further entry after so many
   */
  void moveNext(Column target, int maxEntries, int maxBytes) {
    try (Scan scan = part.column.scan(RocksCells.EVERYTHING);
        Batch batch = Batch.whole(target.database())) {
      List<byte[]> moved = new ArrayList<>();
      int entries = 0;
      long bytes = 0;
      boolean here = scan != null && scan.seek(movedBefore);
      while (here && entries < maxEntries && bytes < maxBytes) {
        byte[] key = scan.key().toByteArray();
        ByteView stored = RocksSweep.readable(scan);
        if (stored != null && moveNext(key, stored, target, batch, maxBytes)) {
          moved.add(key);
        }
        entries++;
        bytes += key.length + (stored == null ? 0 : stored.length());
        here = scan.next();
      }
      byte[] next = here ? scan.key().toByteArray() : END;
      if (moved.size() < entries) {
        // No range has only what was moved: it is removed key by key.
        removeMoved();
        moved.forEach(key -> batch.delete(part.column, key));
        removedBefore = next;
        left += entries - moved.size();
        hasLeft = true;
      }
      batch.write();
      movedBefore = next;
    }
  }

  /** Moves one entry; false if it cannot be converted: whoever reads it is told, nobody else. */
  private boolean moveNext(byte[] key, ByteView stored, Column target, Batch batch, int maxBytes) {
    ByteView converted;
    try {
      converted = conversion.convert(ByteView.of(key), stored, out);
    } catch (SerializationException e) {
      return false;
    }
    if (converted.length() < maxBytes) {
      batch.move(target, key, converted.toByteArray());
    } else {
      // Without the copies that a batch makes.
      target.store(Column.writer(key), converted);
    }
    out.trim(ByteWriter.KEPT_BYTES);
    return true;
  }

  /**
   * Removes here what is moved. A tombstone for each entry would take as much room again as the
   * entries, so that one for all of them is written when somebody else is to look at the column.
   */
  void removeMoved() {
    if (removedBefore != movedBefore) {
      part.column.removeRange(removedBefore, movedBefore);
      removedBefore = movedBefore;
    }
  }

  /** What a scan of the state finds here; null if nothing was ever written. */
  MergedScan.Source source(byte[] prefix) {
    if (hasLeft) {
      removeMoved();
    }
    Scan scan = part.column.scan(prefix);
    return scan == null
        ? null
        : new MergedScan.Source(scan, conversion, hasLeft ? START : movedBefore);
  }

  /** What a view needs to read this part. Call {@link #removeMoved} before. */
  Frozen frozen() {
    return new Frozen(
        part.column,
        part.column.family(),
        new StoredConversion(
            part.form.duplicate(), present.duplicate(), contents.get(), keys.duplicate()));
  }

  /**
   * What a view needs to read the part: the column under the view's snapshot, and a conversion for
   * the thread that reads the view.
   *
   * @param family of the column; null if nothing was ever written
   */
  record Frozen(Column column, Family family, StoredConversion conversion) {}
}
