package io.streambed.rocksdb;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.entry.Entry;

/** Walks over entries of one state in their order; a long list comes in several runs. */
final class EntryWalk implements AutoCloseable {
  private static final int RUN_BYTES = 64 << 10;

  private final EntryForm form;
  private final Scan scan;
  private final byte[] prefix;
  private final boolean exact;
  private final ByteReader list = new ByteReader();
  private final ByteView element = new ByteView();
  private boolean started;

  /**
   * A walk before the first entry.
   *
   * @param form of the state
   * @param scan over its column; closed with the walk; null for none
   * @param prefix what the keys begin with
   */
  EntryWalk(EntryForm form, Scan scan, byte[] prefix) {
    this(form, scan, prefix, false);
  }

  /** As above; exact for the one entry whose key is no longer than the prefix. */
  EntryWalk(EntryForm form, Scan scan, byte[] prefix, boolean exact) {
    this.form = form;
    this.scan = scan;
    this.prefix = prefix;
    this.exact = exact;
  }

  /** Sets an entry to the next one; false at the end. */
  boolean advance(Entry entry) {
    if (scan == null) {
      return false;
    }
    if (list.remaining() > 0) {
      nextRun(entry);
      return true;
    }
    boolean here = started ? scan.next() : scan.seek(prefix);
    started = true;
    if (!here || !scan.startsWith(prefix) || exact && scan.key().length() != prefix.length) {
      return false;
    }
    form.readKey(scan.key(), entry);
    ByteView stored = scan.value();
    entry.stamp = form.stamp(stored);
    entry.nullValue = false;
    if (form.isList()) {
      list.set(stored);
      nextRun(entry);
    } else if (form.schema().namespace() != null) {
      entry.nullValue = !form.content(stored, entry.value);
    }
    return true;
  }

  private void nextRun(Entry entry) {
    int start = list.position();
    while (list.remaining() > 0 && list.position() - start < RUN_BYTES) {
      form.readElement(list, element);
    }
    entry.value.set(list.array(), start, list.position() - start);
  }

  /** The key group of the entry here. */
  int keyGroup() {
    return form.keyGroup(scan.key());
  }

  @Override
  public void close() {
    if (scan != null) {
      scan.close();
    }
  }
}
