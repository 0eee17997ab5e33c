package io.streambed.rocksdb;

import io.streambed.entry.Entry;
import io.streambed.entry.StateSchema;

/** A state as it was written under one declaration, loaded and not opened. */
final class CarriedPart {
  final EntryForm form;
  final Column column;
  private boolean loaded;
  private boolean own;

  CarriedPart(EntryForm form, Column column) {
    this.form = form;
    this.column = column;
  }

  StateSchema schema() {
    return form.schema();
  }

  /** Notes that entries were loaded that another store wrote. */
  void hasLoaded() {
    loaded = true;
  }

  /** Notes that there are entries that a store of RocksDB wrote, here or before the checkpoint. */
  void hasOwn() {
    own = true;
  }

  /** Whether there are entries that nobody has proved to be readable and in their key groups. */
  boolean isUnproved() {
    return !own || loaded;
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
}
