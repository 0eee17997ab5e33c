package io.streambed.rocksdb;

import io.streambed.bytes.ByteWriter;
import io.streambed.entry.StateSchema;
import io.streambed.error.InvariantViolationException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A state whose entries are on their way from the columns that older declarations wrote into its
 * present one, while it is used. Each key is in one of the columns only: what is read is moved
 * first, and what is written is removed from the older ones. Beside that, each few accesses move
 * some of the rest, in the order of the keys. Once nothing is left, the present column knows of no
 * migration any more. What cannot be converted stays in the older column until somebody replaces or
 * removes it; whoever reads it is told, and nobody else.
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

  /** Moved one after the other. */
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
      if (part.move(key, target)) {
        return;
      }
    }
  }

  /** Before a key is written or removed: it is in no older column then. */
  void beforeWrite(ByteWriter key) {
    access();
    older.forEach(part -> part.remove(key));
  }

  /** Before a batch is begun that writes to the state. */
  void beforeBatch() {
    stepIfDue();
  }

  /**
   * As {@link #beforeWrite}, for a key that a batch writes or removes. Nothing else is moved, but
   * it counts as an access: the next step comes the sooner.
   */
  void beforeWrite(byte[] key, Batch batch) {
    accesses++;
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
    stepIfDue();
  }

  private void stepIfDue() {
    // A batch that is being filled may remove from a column that a step would drop.
    if (accesses >= pace.accessesBetweenSteps() && target.database().openBatches == 0) {
      // Where a batch had many keys, the next accesses have a step each.
      accesses -= pace.accessesBetweenSteps();
      step(pace.entriesOfStep(), pace.bytesOfStep());
    }
  }

  private void step(int maxEntries, int maxBytes) {
    older.stream()
        .filter(part -> !part.isPassed())
        .findFirst()
        .ifPresent(part -> part.moveNext(target, maxEntries, maxBytes));
    for (OlderPart part : List.copyOf(older)) {
      if (part.isDone()) {
        older.remove(part);
        target.database().drop(part.part.column);
      }
    }
    if (older.isEmpty()) {
      target.migrating(null);
    }
  }

  /** For whoever looks at each column by itself: removes from the older ones what is moved. */
  List<OlderPart> tidyOlder() {
    older.forEach(OlderPart::removeMoved);
    return List.copyOf(older);
  }

  boolean isFrom(StateSchema written) {
    return older.stream().anyMatch(part -> part.part.schema().equals(written));
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
