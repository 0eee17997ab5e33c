package io.streambed.rocksdb;

import io.streambed.snapshot.EntryFilter;
import java.util.function.Supplier;

/** A state that somebody opened. */
final class OpenState {
  final Column column;

  /** The table or queue. */
  final Object table;

  EntryForm form;
  Conversions conversions;
  Supplier<EntryFilter> filter = () -> EntryFilter.NONE;

  /** What a queue does once its column was written behind its back; null for tables. */
  Runnable loaded;

  OpenState(EntryForm form, Column column, Object table, Conversions conversions) {
    this.form = form;
    this.column = column;
    this.table = table;
    this.conversions = conversions;
  }

  void loaded() {
    if (loaded != null) {
      loaded.run();
    }
  }
}
