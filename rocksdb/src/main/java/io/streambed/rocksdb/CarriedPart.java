package io.streambed.rocksdb;

import io.streambed.store.CarriedState;
import io.streambed.store.StateSchema;

/** A state as it was written under one declaration, loaded and not opened. */
final class CarriedPart {
  final EntryForm form;
  final Column column;
  private long entries;
  private long bytes;

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

  CarriedState describe() {
    return new CarriedState(schema(), entries, bytes);
  }
}
