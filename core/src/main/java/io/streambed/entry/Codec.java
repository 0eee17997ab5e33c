package io.streambed.entry;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.LimitExceededException;
import io.streambed.error.OversizedEntryException;
import io.streambed.error.SerializationException;
import io.streambed.serial.Serializer;
import java.util.function.Supplier;

/**
 * A serializer with a scratch of its own and a watch over its contract, for stores: what it throws,
 * and how many bytes it reads, is reported with the state's name.
 *
 * <p>Threading: one thread at a time; the serializer is used as it is, not duplicated.
 *
 * @param <T> the type of the values
 */
public final class Codec<T> {
  private static final byte[] NOTHING = new byte[0];

  private final Serializer<T> serializer;
  private final String state;
  private final String role;
  private final int limitBytes;
  private Supplier<?> owner = () -> null;
  private final ByteWriter scratch = new ByteWriter();
  private final ByteReader reader = new ByteReader();

  /**
   * A codec for one part of a state's entries.
   *
   * @param serializer of the part
   * @param state the state's name, for messages
   * @param role what the part is, for messages: {@code key}, {@code namespace}, {@code user key} or
   *     {@code value}; values may be larger than the others
   */
  public Codec(Serializer<T> serializer, String state, String role) {
    this.serializer = serializer;
    this.state = state;
    this.role = role;
    this.limitBytes = isValue() ? Limits.MAX_VALUE_BYTES : Limits.MAX_KEY_BYTES;
  }

  private boolean isValue() {
    return role.equals("value");
  }

  /**
   * Names the key in errors: that under which the values of this codec are kept.
   *
   * @param key asked when something fails; may give null
   * @return this
   */
  public Codec<T> under(Supplier<?> key) {
    owner = key;
    return this;
  }

  /**
   * Encodes a value.
   *
   * @param value the value
   * @return its bytes, valid until the next call
   * @throws SerializationException if the serializer fails
   * @throws OversizedEntryException if the bytes are too many
   */
  public ByteView encode(T value) {
    trim();
    ByteView bytes;
    try {
      bytes = serializer.encode(value, scratch);
    } catch (RuntimeException e) {
      trim();
      if (e instanceof LimitExceededException limit && limit.actual() > limitBytes) {
        // No writer holds so many bytes.
        throw tooLarge(value, limit.actual());
      }
      throw failure("its serializer failed to write: " + e, e);
    }
    if (bytes.length() > limitBytes) {
      trim();
      throw tooLarge(value, bytes.length());
    }
    return bytes;
  }

  /**
   * Lets go of a scratch that has grown beyond a mebibyte, so that one large value does not hold
   * memory until the next one is encoded, which may be never. What was encoded last is not valid
   * any more.
   */
  public void trim() {
    scratch.trim(ByteWriter.KEPT_BYTES);
  }

  private OversizedEntryException tooLarge(T value, long bytes) {
    String where = "state \"" + state + "\"";
    return isValue()
        ? Limits.valueTooLarge("a value", owner.get(), bytes, where)
        : Limits.keyTooLarge(role, value, bytes, where);
  }

  /**
   * Decodes a value.
   *
   * @param bytes exactly those of one value
   * @return the value
   * @throws SerializationException if the serializer fails, or does not read all of the bytes
   */
  public T decode(ByteView bytes) {
    T value;
    reader.set(bytes);
    try {
      value = serializer.read(reader);
    } catch (RuntimeException e) {
      throw failure("its serializer failed to read " + bytes.length() + " bytes: " + e, e);
    }
    int left = reader.remaining();
    reader.set(NOTHING, 0, 0);
    if (left != 0) {
      throw failure(
          "its serializer read "
              + (bytes.length() - left)
              + " of the "
              + bytes.length()
              + " bytes that were written",
          null);
    }
    return value;
  }

  private SerializationException failure(String detail, Throwable cause) {
    Object key = owner.get();
    return new SerializationException(
        "the "
            + role
            + " of state \""
            + state
            + "\""
            + (key == null ? "" : " under key " + Limits.shown(key)),
        detail,
        cause);
  }
}
