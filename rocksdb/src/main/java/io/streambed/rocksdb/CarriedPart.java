package io.streambed.rocksdb;

import io.streambed.entry.Entry;
import io.streambed.entry.StateSchema;
import io.streambed.store.CarriedState;
import io.streambed.store.CarriedState.Held;

/** A state as it was written under one declaration, loaded and not opened. */
final class CarriedPart {
  final EntryForm form;
  final Column column;
  private long entries;
  private long bytes;
  private boolean own;

  CarriedPart(EntryForm form, Column column) {
    this.form = form;
    this.column = column;
  }

  StateSchema schema() {
    return form.schema();
  }

  /** Counts an entry that was written. */
  void added(int entryBytes) {
    entries++;
    bytes += entryBytes;
  }

  /** Has entries from now on that a store like this wrote, here or before the checkpoint. */
  void hasOwn() {
    own = true;
  }

  /** Whether there are entries that nobody has proved to be readable and in their key groups. */
  boolean isUnproved() {
    return !own || entries > 0;
  }

  void forEach(EntryVisitor visitor) {
    Entry entry = new Entry();
    try (EntryWalk walk =
        new EntryWalk(form, column.scan(RocksCells.EVERYTHING), RocksCells.EVERYTHING)) {
      while (walk.advance(entry)) {
        visitor.visit(walk.keyGroup(), entry);
      }
    }
  }

  CarriedState describe() {
    return new CarriedState(schema(), () -> own ? counted() : new Held(entries, bytes));
  }

  private Held counted() {
    long[] found = new long[2];
    forEach(
        (keyGroup, entry) -> {
          found[0]++;
          found[1] += size(entry);
        });
    return new Held(found[0], found[1]);
  }

  private static int size(Entry entry) {
    return entry.key.length()
        + entry.namespace.length()
        + entry.userKey.length()
        + entry.value.length();
  }
}
