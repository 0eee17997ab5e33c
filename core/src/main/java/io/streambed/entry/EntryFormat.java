package io.streambed.entry;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.MalformedDataException;
import io.streambed.state.StateKind;

/**
 * The bytes of one {@link Entry}, the same in every container and buffer.
 *
 * <pre>
 * entry := flags:u8 [stamp:i64] [key:sized namespace:sized] [userKey:sized] [value:sized]
 * flags := 1 null value | 2 stamped | 4 keyed | 8 user key
 * sized := length:varint byte*
 * </pre>
 *
 * Which flags a state's entries have follows from its declaration, and is checked. Those of a list
 * have no stamp: each of its elements has one, see {@link Entry}.
 */
public final class EntryFormat {
  /** The fewest bytes of an entry. */
  public static final int MIN_BYTES = 2;

  private static final int NULL = 1;
  private static final int STAMPED = 2;
  private static final int KEYED = 4;
  private static final int USER_KEY = 8;

  private EntryFormat() {}

  /**
   * Appends an entry.
   *
   * @param entry the entry
   * @param schema its state's declaration
   * @param out where to append
   */
  public static void write(Entry entry, StateSchema schema, ByteWriter out) {
    // Only a map's entry can be null: elsewhere the flag may be left over from another state.
    boolean isNull = schema.kind() == StateKind.MAP && entry.nullValue;
    int flags = flags(schema) | (isNull ? NULL : 0);
    out.writeByte(flags);
    if ((flags & STAMPED) != 0) {
      out.writeLong(entry.stamp);
    }
    if ((flags & KEYED) != 0) {
      out.writeSized(entry.key);
      out.writeSized(entry.namespace);
    }
    if ((flags & USER_KEY) != 0) {
      out.writeSized(entry.userKey);
    }
    if (!isNull) {
      out.writeSized(entry.value);
    }
  }

  /**
   * Reads an entry.
   *
   * @param in positioned at its first byte
   * @param schema its state's declaration
   * @param entry set to views into the input's array
   * @throws MalformedDataException if the bytes do not follow the grammar or the declaration
   */
  public static void read(ByteReader in, StateSchema schema, Entry entry) {
    int flags = in.readUnsignedByte();
    int allowedNull = schema.kind() == StateKind.MAP ? NULL : 0;
    if ((flags & ~allowedNull) != flags(schema)) {
      throw new MalformedDataException(
          "an entry of state \"" + schema.name() + "\" with flags " + flags);
    }
    entry.nullValue = (flags & NULL) != 0;
    entry.stamp = (flags & STAMPED) != 0 ? in.readLong() : 0;
    if ((flags & KEYED) != 0) {
      in.readSized(entry.key);
      in.readSized(entry.namespace);
    }
    if ((flags & USER_KEY) != 0) {
      in.readSized(entry.userKey);
    }
    if (entry.nullValue) {
      entry.value.set(in.array(), in.position(), 0);
    } else {
      in.readSized(entry.value);
    }
  }

  private static int flags(StateSchema schema) {
    boolean stamped = schema.expiry().stamped() && schema.kind() != StateKind.LIST;
    return (stamped ? STAMPED : 0)
        | (schema.kind() == StateKind.QUEUE ? 0 : KEYED)
        | (schema.userKey() != null ? USER_KEY : 0);
  }
}
