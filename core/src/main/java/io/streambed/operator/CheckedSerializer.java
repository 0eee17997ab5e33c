package io.streambed.operator;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.entry.Limits;
import io.streambed.entry.SizeLimit;
import io.streambed.error.IncompatibleStateException;
import io.streambed.error.LimitExceededException;
import io.streambed.error.OversizedEntryException;
import io.streambed.error.SerializationException;
import io.streambed.serial.Compatibility;
import io.streambed.serial.Serializer;
import io.streambed.serial.SerializerSnapshot;

/** The serializer of one part of a state, held to its contract: each failure names the state. */
final class CheckedSerializer<T> {
  private final Serializer<T> serializer;
  private final String state;
  private final String part;
  private final ByteWriter scratch = new ByteWriter();
  private final ByteReader in = new ByteReader();

  /**
   * Guards a serializer that no other thread uses.
   *
   * @param part what it serializes, for instance {@code element}
   */
  CheckedSerializer(Serializer<T> serializer, String state, String part) {
    this.serializer = serializer;
    this.state = state;
    this.part = part;
  }

  CheckedSerializer<T> duplicate() {
    return new CheckedSerializer<>(serializer.duplicate(), state, part);
  }

  boolean immutable() {
    return serializer.immutable();
  }

  /**
   * The bytes of a value, valid until the next call.
   *
   * @param under the key that the value is kept under, for messages; null if it is none
   * @throws OversizedEntryException if the bytes are too many
   */
  ByteView encode(T value, Object under) {
    scratch.trim(ByteWriter.KEPT_BYTES);
    ByteView bytes;
    try {
      bytes = serializer.encode(value, scratch);
    } catch (RuntimeException e) {
      if (e instanceof LimitExceededException limit && limit.actual() > limitBytes()) {
        // No writer holds so many bytes.
        throw tooLarge(value, under, limit.actual());
      }
      throw failure("the serializer failed to write it: " + e, e);
    }
    if (bytes.length() > limitBytes()) {
      throw tooLarge(value, under, bytes.length());
    }
    return bytes;
  }

  private boolean isKey() {
    return part.equals("key");
  }

  private int limitBytes() {
    return isKey() ? Limits.MAX_KEY_BYTES : Limits.MAX_VALUE_BYTES;
  }

  private OversizedEntryException tooLarge(T value, Object under, long bytes) {
    String where = "operator state \"" + state + "\"";
    return isKey()
        ? Limits.keyTooLarge(part, value, bytes, where)
        : Limits.valueTooLarge("one " + part, under, bytes, where);
  }

  /** The check of values that are put, or null if there is none. */
  SizeLimit<T> sizeLimit() {
    return SizeLimit.of(serializer, limitBytes(), value -> duplicate().encode(value, null));
  }

  T decode(byte[] array, int offset, int length) {
    T value;
    try {
      value = serializer.read(in.set(array, offset, length));
    } catch (RuntimeException e) {
      throw failure("the serializer failed to read its " + length + " bytes: " + e, e);
    }
    if (in.remaining() != 0) {
      throw failure(
          "the serializer wrote " + length + " bytes but left " + in.remaining() + " unread", null);
    }
    if (value == null) {
      throw failure("the serializer read null", null);
    }
    return value;
  }

  T copy(T value) {
    try {
      return serializer.copy(value);
    } catch (RuntimeException e) {
      throw failure("the serializer failed to copy it: " + e, e);
    }
  }

  /** Refuses to serve a state that is open with another configuration of serializer. */
  void requireInUse(SerializerSnapshot inUse) {
    if (!(serializer.resolve(inUse) instanceof Compatibility.AsIs)) {
      throw incompatible(inUse, "It is open already: open it with an equal serializer.");
    }
  }

  /** What reads bytes of the written configuration. */
  CheckedSerializer<T> readerOf(SerializerSnapshot written) {
    Compatibility<T> answer = serializer.resolve(written);
    if (answer instanceof Compatibility.Migrate<T> migrate) {
      return new CheckedSerializer<>(migrate.reader(), state, part);
    }
    if (answer instanceof Compatibility.Incompatible<T> incompatible) {
      throw incompatible(
          written,
          "They do not fit: "
              + incompatible.reason()
              + ". Open it with a serializer that reads what was written, or drop the state.");
    }
    return this;
  }

  private IncompatibleStateException incompatible(SerializerSnapshot held, String remedy) {
    return new IncompatibleStateException(
        "operator state \"" + state + "\"",
        part + " " + held,
        part + " " + serializer.snapshot(),
        remedy);
  }

  private SerializationException failure(String detail, RuntimeException cause) {
    return new SerializationException(part + " of operator state \"" + state + "\"", detail, cause);
  }
}
