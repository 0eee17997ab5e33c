package io.streambed.rocksdb;

import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.entry.Codec;
import io.streambed.entry.Entry;
import io.streambed.entry.Limits;
import io.streambed.error.SerializationException;
import io.streambed.error.StreambedException;
import io.streambed.migration.Conversion;
import io.streambed.serial.Serializer;

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
  private final Serializer<?> keys;
  private final Entry entry = new Entry();

  /**
   * A conversion.
   *
   * @param contents see {@link Conversion#ofContents}
   * @param keys names keys in errors
   */
  StoredConversion(EntryForm from, EntryForm to, Conversion contents, Serializer<?> keys) {
    this.from = from;
    this.to = to;
    this.contents = contents;
    this.keys = keys;
  }

  /**
   * Converts a stored value; gives what it has written to a buffer.
   *
   * @throws SerializationException if it cannot be converted, or is too large then; names the key
   */
  ByteView convert(ByteView key, ByteView stored, ByteWriter out) {
    try {
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
    } catch (StreambedException e) {
      throw new SerializationException(
          "the value of state \"" + from.schema().name() + "\" under " + shown(key),
          "it has an older type and cannot be converted. Remove or replace it, or give the type"
              + " again what it needs: "
              + e.getMessage(),
          e);
    }
  }

  private String shown(ByteView stored) {
    Entry parts = new Entry();
    try {
      from.readKey(stored, parts);
      return "key "
          + Limits.shown(new Codec<>(keys, from.schema().name(), "key").decode(parts.key))
          + " in key group "
          + from.keyGroup(stored);
    } catch (StreambedException e) {
      return "a key that cannot be read";
    }
  }
}
