package io.streambed.rocksdb;

import io.streambed.bytes.ByteWriter;
import io.streambed.entry.Entry;

/** Puts entries into columns, in batches. */
final class EntryLoader implements AutoCloseable {
  private final Batch batch;
  private final ByteWriter key = new ByteWriter();
  private final ByteWriter value = new ByteWriter();

  EntryLoader(RocksDatabase database) {
    this.batch = new Batch(database);
  }

  /** Puts an entry; a run of list elements goes behind what is there. */
  void load(EntryForm form, Column column, int keyGroup, Entry entry) {
    form.writeKey(keyGroup, entry, key);
    form.writeValue(entry, value);
    if (form.isList()) {
      batch.append(column, key.toByteArray(), value.toByteArray());
    } else {
      batch.put(column, key.toByteArray(), value.toByteArray());
    }
  }

  /** Writes what is still in the batch. */
  void finish() {
    batch.write();
  }

  @Override
  public void close() {
    batch.close();
  }
}
