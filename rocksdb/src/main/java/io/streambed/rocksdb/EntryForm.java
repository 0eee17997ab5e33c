package io.streambed.rocksdb;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.entry.Entry;
import io.streambed.entry.StateSchema;
import io.streambed.error.CorruptionException;
import io.streambed.error.MalformedDataException;
import io.streambed.error.SerializationException;
import io.streambed.state.StateKind;
import java.nio.file.Path;

/**
 * How the entries of one state lie in its column. In a column family that several states share, a
 * slot:u32 is before each key, see {@link Column}; none of that is seen here.
 *
 * <pre>
 * key   := keyGroup:u16 element:byte*                      of a queue
 *        | cell userKey:byte*                              of a map
 *        | cell                                            of everything else
 * cell  := keyGroup:u16 key namespace                      of a map, namespace with its length
 * key   := byte*                                           if all keys have one length
 *        | length:varint byte*
 * value := nothing                                         of a queue
 *        | [stamp:i64] null:u8 byte*                       of a map
 *        | {length:varint byte* [stamp:i64]}*              of a list
 *        | [stamp:i64] byte*                               of a single value
 * </pre>
 *
 * Numbers are big-endian, so that key groups lie in their order. An element of a list has its stamp
 * behind it: appending needs no look at the list.
 */
final class EntryForm {
  static final int GROUP_BYTES = 2;

  private final StateSchema schema;
  private final int keyBytes;
  private final Path database;
  private final boolean map;
  private final boolean list;
  private final boolean stamped;

  /** The least timestamp that was written since somebody took this. */
  private long oldestWritten = Long.MAX_VALUE;

  /**
   * The form of a state.
   *
   * @param schema the state as it is written
   * @param keyBytes the length of every key, or -1 if it varies
   * @param database where it lies, for errors
   */
  EntryForm(StateSchema schema, int keyBytes, Path database) {
    this.schema = schema;
    this.database = database;
    this.keyBytes = keyBytes;
    this.map = schema.kind() == StateKind.MAP;
    this.list = schema.kind() == StateKind.LIST;
    this.stamped = schema.expiry().stamped();
  }

  /** The same form for another thread. */
  EntryForm duplicate() {
    return new EntryForm(schema, keyBytes, database);
  }

  StateSchema schema() {
    return schema;
  }

  boolean isMap() {
    return map;
  }

  boolean isList() {
    return list;
  }

  boolean stamped() {
    return stamped;
  }

  static byte[] group(int keyGroup) {
    return new byte[] {(byte) (keyGroup >>> 8), (byte) keyGroup};
  }

  /** The key group of a key of this state. */
  int keyGroup(ByteView stored) {
    return groupOf(stored, schema.name(), database);
  }

  /** The key group of a key of any state, which and the database of which are there for errors. */
  static int groupOf(ByteView stored, String state, Path database) {
    if (stored.length() < GROUP_BYTES) {
      throw damage(state, database, "a key of " + stored.length() + " bytes", null);
    }
    return (stored.array()[stored.offset()] & 0xFF) << 8
        | stored.array()[stored.offset() + 1] & 0xFF;
  }

  /** Writes what the keys of one key and namespace begin with. */
  void writeCell(int keyGroup, ByteView key, ByteView namespace, ByteWriter out) {
    out.reset();
    out.writeShort(keyGroup);
    if (keyBytes < 0) {
      out.writeSized(key);
    } else if (key.length() == keyBytes) {
      out.writeBytes(key);
    } else {
      throw new SerializationException(
          "the key of state \"" + schema.name() + "\"",
          "it has " + key.length() + " bytes, its serializer declares " + keyBytes,
          null);
    }
    if (map) {
      out.writeSized(namespace);
    } else {
      out.writeBytes(namespace);
    }
  }

  /** Writes the key of an entry. */
  void writeKey(int keyGroup, Entry entry, ByteWriter out) {
    if (schema.kind() == StateKind.QUEUE) {
      out.reset();
      out.writeShort(keyGroup);
      out.writeBytes(entry.value);
      return;
    }
    writeCell(keyGroup, entry.key, entry.namespace, out);
    if (map) {
      out.writeBytes(entry.userKey);
    }
  }

  /** Sets the parts of an entry that a key holds, to views into it. */
  void readKey(ByteView stored, Entry entry) {
    ByteReader in = new ByteReader().set(stored);
    try {
      in.skip(GROUP_BYTES);
      if (schema.kind() == StateKind.QUEUE) {
        in.readView(in.remaining(), entry.value);
        return;
      }
      readCell(in, entry.key, entry.namespace);
    } catch (MalformedDataException e) {
      throw damaged(e);
    }
    if (map) {
      in.readView(in.remaining(), entry.userKey);
    }
  }

  private void readCell(ByteReader in, ByteView key, ByteView namespace) {
    if (keyBytes < 0) {
      in.readSized(key);
    } else {
      in.readView(keyBytes, key);
    }
    if (map) {
      in.readSized(namespace);
    } else {
      in.readView(in.remaining(), namespace);
    }
  }

  /** The number of bytes that a key's cell takes. */
  int cellBytes(ByteView stored) {
    if (!map) {
      return stored.length();
    }
    ByteReader in = new ByteReader().set(stored);
    ByteView part = new ByteView();
    try {
      in.skip(GROUP_BYTES);
      readCell(in, part, part);
    } catch (MalformedDataException e) {
      throw damaged(e);
    }
    return stored.length() - in.remaining();
  }

  /** Writes the value of an entry; for a list what is to be appended. */
  void writeValue(Entry entry, ByteWriter out) {
    out.reset();
    if (schema.kind() == StateKind.QUEUE) {
      return;
    }
    if (list) {
      writeElements(entry, out);
      return;
    }
    startValue(entry.stamp, map && entry.nullValue, out);
    if (!map || !entry.nullValue) {
      out.writeBytes(entry.value);
    }
  }

  /** Element by element, also without stamps: what is behind a torn one could not be read. */
  private void writeElements(Entry entry, ByteWriter out) {
    ByteReader in = new ByteReader().set(entry.value);
    if (in.remaining() == 0) {
      throw new MalformedDataException("an empty list of state \"" + schema.name() + "\"");
    }
    ByteView element = new ByteView();
    while (in.remaining() > 0) {
      in.readSized(element);
      writeElement(element, stamped ? in.readLong() : 0, out);
    }
  }

  /** Begins the value of a map's entry or a single value. */
  void startValue(long stamp, boolean isNull, ByteWriter out) {
    out.reset();
    writeStamp(stamp, out);
    if (map) {
      out.writeBoolean(isNull);
    }
  }

  /** Appends an element of a list. */
  void writeElement(ByteView element, long stamp, ByteWriter out) {
    out.writeSized(element);
    writeStamp(stamp, out);
  }

  private void writeStamp(long stamp, ByteWriter out) {
    if (stamped) {
      out.writeLong(stamp);
      if (stamp < oldestWritten) {
        oldestWritten = stamp;
      }
    }
  }

  /** The least timestamp that was written since the last call; on the store's thread. */
  long takeOldestWritten() {
    long oldest = oldestWritten;
    oldestWritten = Long.MAX_VALUE;
    return oldest;
  }

  /** Reads an element of a list; gives its stamp, or 0 if it has none. */
  long readElement(ByteReader in, ByteView element) {
    try {
      in.readSized(element);
      return stamped ? in.readLong() : 0;
    } catch (MalformedDataException e) {
      throw damaged(e);
    }
  }

  /** What is stored as a map's entry or a single value, or null if it is older than a time. */
  ByteView live(byte[] stored, long oldestLive) {
    ByteView view = stored == null ? null : ByteView.of(stored);
    return view != null && stamped && stamp(view) < oldestLive ? null : view;
  }

  /** The stamp of a map's entry or a single value; 0 if there is none. */
  long stamp(ByteView stored) {
    try {
      return stored == null || !stamped || list ? 0 : new ByteReader().set(stored).readLong();
    } catch (MalformedDataException e) {
      throw damaged(e);
    }
  }

  /**
   * Sets a view to the content of a map's entry or a single value.
   *
   * @return false if it is null
   */
  boolean content(ByteView stored, ByteView content) {
    int start = (stamped ? Long.BYTES : 0) + (map ? 1 : 0);
    if (stored.length() < start) {
      throw damage(schema.name(), database, "a value of " + stored.length() + " bytes", null);
    }
    boolean isNull = map && stored.array()[stored.offset() + start - 1] != 0;
    content.set(stored.array(), stored.offset() + start, stored.length() - start);
    return !isNull;
  }

  /** RocksDB's checksums were right, and yet the bytes are not those of an entry. */
  private CorruptionException damaged(MalformedDataException e) {
    return damage(schema.name(), database, e.getMessage(), e);
  }

  private static CorruptionException damage(
      String state, Path database, String actual, MalformedDataException cause) {
    return new CorruptionException(
        "State \"" + state + "\" in the database " + database, -1, "whole entries", actual, cause);
  }
}
