package io.streambed.rocksdb;

import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.entry.Entry;
import io.streambed.migration.Conversion;

/**
 * Turns what is stored under a key in an older form of a state into what is stored under the same
 * key in the present one.
 *
 * <p>Threading: one thread, that of its conversion.
 */
final class StoredConversion {
  /** What is stored holds no key group, and the conversion of contents asks for none. */
  private static final int NO_GROUP = -1;

  private final EntryForm from;
  private final EntryForm to;
  private final Conversion contents;
  private final Entry entry = new Entry();

  /**
   * A conversion.
   *
   * @param contents see {@link Conversion#ofContents}
   */
  StoredConversion(EntryForm from, EntryForm to, Conversion contents) {
    this.from = from;
    this.to = to;
    this.contents = contents;
  }

  /** Converts a stored value; gives what it has written to a buffer. */
  ByteView convert(ByteView stored, ByteWriter out) {
    entry.stamp = from.stamp(stored);
    entry.nullValue = false;
    if (from.isList()) {
      entry.value.set(stored.array(), stored.offset(), stored.length());
    } else {
      entry.nullValue = !from.content(stored, entry.value);
    }
    out.trim(ByteWriter.KEPT_BYTES);
    to.writeValue(contents.convert(NO_GROUP, entry), out);
    return out.view();
  }
}
