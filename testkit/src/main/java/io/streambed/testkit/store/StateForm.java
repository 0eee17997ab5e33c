package io.streambed.testkit.store;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.entry.Entry;
import io.streambed.entry.StateSchema;
import io.streambed.state.StateKind;
import java.util.Arrays;
import java.util.NavigableMap;

/**
 * How one state's entries lie in the sorted map.
 *
 * <pre>
 * value := [stamp:i64] content             of all but a list, whose elements have stamps
 * content := null:u8 byte*                 of a map's entry
 *          | {length:varint byte* [stamp:i64]}*    of a list
 *          | byte*                         of a single value; nothing for a queue
 * </pre>
 *
 * @param id the state's number in binary keys
 * @param schema its declaration
 */
record StateForm(int id, StateSchema schema) {

  boolean stamped() {
    return schema.expiry().stamped();
  }

  /** The stamp before the content. */
  private int stampBytes() {
    return stamped() && schema.kind() != StateKind.LIST ? Long.BYTES : 0;
  }

  /** The stamp of a map's entry or a single value; 0 if there is none. */
  long stamp(byte[] value) {
    return value == null || stampBytes() == 0 ? 0 : new ByteReader(value).readLong();
  }

  /** Whether a map's entry or a single value has a stamp that is older than a time. */
  boolean isExpired(byte[] value, long oldestLive) {
    return stampBytes() > 0 && stamp(value) < oldestLive;
  }

  /** Reads an element of a list; gives its stamp, or 0 if it has none. */
  long readElement(ByteReader in, ByteView element) {
    in.readSized(element);
    return stamped() ? in.readLong() : 0;
  }

  /** Appends an element of a list. */
  void writeElement(ByteView element, long stamp, ByteWriter out) {
    out.writeSized(element);
    if (stamped()) {
      out.writeLong(stamp);
    }
  }

  /** A reader of a value's content. */
  ByteReader content(byte[] value) {
    return new ByteReader().set(value, stampBytes(), value.length - stampBytes());
  }

  void startValue(long stamp, ByteWriter out) {
    out.reset();
    if (stampBytes() > 0) {
      out.writeLong(stamp);
    }
  }

  /** Puts an entry into a map; a run of list elements goes behind what is there. */
  void store(int keyGroup, Entry entry, NavigableMap<byte[], byte[]> into) {
    ByteWriter out = new ByteWriter();
    out.writeBytes(KeyForm.prefix(keyGroup, id));
    if (schema.kind() == StateKind.QUEUE) {
      out.writeBytes(entry.value);
      into.put(out.toByteArray(), new byte[0]);
      return;
    }
    KeyForm.writePart(entry.key, out);
    KeyForm.writePart(entry.namespace, out);
    if (schema.userKey() != null) {
      KeyForm.writePart(entry.userKey, out);
    }
    byte[] key = out.toByteArray();
    startValue(entry.stamp, out);
    boolean isNull = schema.kind() == StateKind.MAP && entry.nullValue;
    if (schema.kind() == StateKind.MAP) {
      out.writeBoolean(isNull);
    }
    byte[] present = schema.kind() == StateKind.LIST ? into.get(key) : null;
    if (present != null) {
      out.writeBytes(present, stampBytes(), present.length - stampBytes());
    }
    if (!isNull) {
      out.writeBytes(entry.value);
    }
    into.put(key, out.toByteArray());
  }

  /** Sets an entry to what lies in a map; the views are into new arrays or the value's. */
  void read(byte[] key, byte[] value, Entry entry) {
    if (schema.kind() == StateKind.QUEUE) {
      byte[] element = Arrays.copyOfRange(key, KeyForm.PREFIX_BYTES, key.length);
      entry.value.set(element, 0, element.length);
      return;
    }
    ByteReader in =
        new ByteReader().set(key, KeyForm.PREFIX_BYTES, key.length - KeyForm.PREFIX_BYTES);
    KeyForm.readPart(in, entry.key);
    KeyForm.readPart(in, entry.namespace);
    if (schema.userKey() != null) {
      KeyForm.readPart(in, entry.userKey);
    }
    in.expectEnd();
    entry.stamp = stamp(value);
    ByteReader content = content(value);
    entry.nullValue = schema.kind() == StateKind.MAP && content.readBoolean();
    content.readView(content.remaining(), entry.value);
  }

  /** The entries of one key group, live. */
  NavigableMap<byte[], byte[]> in(NavigableMap<byte[], byte[]> entries, int keyGroup) {
    byte[] prefix = KeyForm.prefix(keyGroup, id);
    return entries.subMap(prefix, true, KeyForm.successor(prefix), false);
  }
}
