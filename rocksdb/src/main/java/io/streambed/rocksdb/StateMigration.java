package io.streambed.rocksdb;

import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.InvariantViolationException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A state whose entries are on their way from the columns that older declarations wrote into its
 * present one, while it is used. Each key is in one of the columns only: what is read is moved
 * first, and what is written is removed from the older ones. Beside that, each few accesses move
 * some of the rest, in the order of the keys. Once nothing is left, the present column knows of no
 * migration any more.
 *
 * <p>All of it happens on the store's thread, whose serializers convert. A snapshot is never
 * between the two halves of a move; a crash loses the database, and the last checkpoint has both
 * columns.
 *
 * <p>Invariants: no key is in two columns; no step moves more than the pace allows, but for one
 * entry that is larger.
 */
final class StateMigration {
  private final Column target;
  private final MigrationPace pace;

  /** The first is the one that is being moved. */
  private final List<OlderPart> older;

  private int accesses;

  private StateMigration(Column target, List<OlderPart> older, MigrationPace pace) {
    this.target = target;
    this.older = new ArrayList<>(older);
    this.pace = pace;
  }

  /**
   * Begins to migrate a state, with as much as a state is moved when it is opened. If this fails
   * nothing is moved.
   *
   * @param target its present column, where no entry of the older parts is
   * @param older what older declarations wrote, at least one; dropped once they are moved
   */
  static void begin(Column target, List<OlderPart> older, MigrationPace pace) {
    StateMigration migration = new StateMigration(target, older, pace);
    migration.step(pace.entriesAtOpening(), pace.bytesOfStep());
    if (!migration.older.isEmpty()) {
      target.migrating(migration);
    }
  }

  /** Before the value of a key is read or appended to: it is in the present column then. */
  void beforeRead(ByteWriter key) {
    access();
    for (OlderPart part : older) {
      ByteView moved = part.take(key);
      if (moved != null) {
        target.store(key, moved);
        return;
      }
    }
  }

  /** Before a key is written or removed: it is in no older column then. */
  void beforeWrite(ByteWriter key) {
    access();
    older.forEach(part -> part.remove(key));
  }

  /** As {@link #beforeWrite}, for a key that a batch writes or removes; nothing else is moved. */
  void beforeWrite(byte[] key, Batch batch) {
    older.forEach(part -> part.remove(key, batch));
  }

  /** A scan over all columns. */
  Scan scan(byte[] prefix) {
    access();
    return merged(prefix);
  }

  private Scan merged(byte[] prefix) {
    List<MergedScan.Source> sources = new ArrayList<>();
    Scan present = target.ownScan(prefix);
    if (present != null) {
      sources.add(new MergedScan.Source(present));
    }
    for (OlderPart part : older) {
      MergedScan.Source source = part.source(prefix);
      if (source != null) {
        sources.add(source);
      }
    }
    return new MergedScan(sources);
  }

  private void access() {
    accesses++;
    // A batch that is being filled may remove from a column that a step would drop.
    if (accesses >= pace.accessesBetweenSteps() && target.database().openBatches == 0) {
      step(pace.entriesOfStep(), pace.bytesOfStep());
      accesses = 0;
    }
  }

  private void step(int maxEntries, int maxBytes) {
    if (!older.isEmpty() && older.get(0).moveNext(target, maxEntries, maxBytes)) {
      target.database().drop(older.remove(0).part.column);
      if (older.isEmpty()) {
        target.migrating(null);
      }
    }
  }

  /** For whoever looks at each column by itself: removes from the older ones what is moved. */
  List<OlderPart> older() {
    older.forEach(OlderPart::removeMoved);
    return List.copyOf(older);
  }

  /** Checks that no key is in two columns. */
  void checkInvariants() {
    try (Scan scan = merged(RocksCells.EVERYTHING)) {
      byte[] before = null;
      for (boolean here = scan.seek(RocksCells.EVERYTHING); here; here = scan.next()) {
        byte[] key = scan.key().toByteArray();
        if (before != null && Arrays.compareUnsigned(before, key) >= 0) {
          throw new InvariantViolationException(
              "a key of state \"" + target.state() + "\" is in two columns");
        }
        before = key;
      }
    }
  }
}
