package io.streambed.rocksdb;

import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.migration.Conversion;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * What an older declaration wrote of an open state and what is not moved into its present column
 * yet. It is moved in the order of the keys; those that are used in between are moved one by one.
 *
 * <p>Threading: the store's thread; {@link Frozen} any one other.
 */
final class OlderPart {
  /** Below every key. */
  private static final byte[] START = EntryForm.group(0);

  final CarriedPart part;
  private final EntryForm present;
  private final Supplier<Conversion> contents;
  private final StoredConversion conversion;
  private final ByteWriter out = new ByteWriter();

  /** Keys below this one are moved. */
  private byte[] movedBefore = START;

  /** Of those that are moved, the ones below this key are removed here. */
  private byte[] removedBefore = START;

  /**
   * A part of which nothing is moved yet.
   *
   * @param part the declaration and the column
   * @param present how the state's entries lie now
   * @param contents gives conversions from one to the other, each for one thread
   */
  OlderPart(CarriedPart part, EntryForm present, Supplier<Conversion> contents) {
    this.part = part;
    this.present = present;
    this.contents = contents;
    this.conversion = new StoredConversion(part.form, present, contents.get());
  }

  private boolean holds(ByteWriter key) {
    return Arrays.compareUnsigned(
            key.array(), 0, key.position(), movedBefore, 0, movedBefore.length)
        >= 0;
  }

  /**
   * Removes a key here; gives what is to be stored elsewhere, valid until the next call, or null.
   */
  ByteView take(ByteWriter key) {
    ByteView stored = holds(key) ? part.column.get(key) : null;
    if (stored == null) {
      return null;
    }
    ByteView converted = conversion.convert(stored, out);
    part.column.delete(key);
    return converted;
  }

  /** Removes a key here, if it is here. */
  void remove(ByteWriter key) {
    if (holds(key)) {
      part.column.delete(key);
    }
  }

  /** Removes a key here, if it is here, with a batch. */
  void remove(byte[] key, Batch batch) {
    if (Arrays.compareUnsigned(key, movedBefore) >= 0 && part.column.family() != null) {
      batch.delete(part.column, key);
    }
  }

  /**
   * Moves the next entries. If one cannot be converted, none is moved.
   *
   * @param maxEntries how many at most
   * @param maxBytes no further entry after so many
   * @return whether all are moved
   */
  boolean moveNext(Column target, int maxEntries, int maxBytes) {
    try (Scan scan = part.column.scan(RocksCells.EVERYTHING);
        Batch batch = Batch.whole(target.database())) {
      int entries = 0;
      long bytes = 0;
      boolean here = scan != null && scan.seek(movedBefore);
      while (here && entries < maxEntries && bytes < maxBytes) {
        ByteView stored = scan.value();
        byte[] key = scan.key().toByteArray();
        batch.move(target, key, conversion.convert(stored, out).toByteArray());
        entries++;
        bytes += key.length + stored.length();
        here = scan.next();
      }
      batch.write();
      if (here) {
        movedBefore = scan.key().toByteArray();
      }
      return !here;
    }
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
    Scan scan = part.column.scan(prefix);
    return scan == null ? null : new MergedScan.Source(scan, conversion, movedBefore);
  }

  /** This as a view keeps it; what is moved is to be removed before. */
  Frozen frozen() {
    return new Frozen(
        part.column,
        part.column.family(),
        new StoredConversion(part.form.duplicate(), present.duplicate(), contents.get()));
  }

  /**
   * What a view holds of the part.
   *
   * @param family null if nothing was ever written
   */
  record Frozen(Column column, Family family, StoredConversion conversion) {}
}
