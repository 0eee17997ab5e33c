package io.streambed.entry;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.LimitExceededException;
import io.streambed.serial.LongLane;
import io.streambed.serial.Serializer;
import io.streambed.serial.SizeBound;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Tries a serializer with one value, so that a broken one is found at the first record and not by a
 * restore, when the state is lost. What is checked, and for whom, is in the Javadoc of {@link
 * Serializer}.
 *
 * <p>Threading: the thread whose serializer it is. Cost: a handful of writes and reads of the
 * value, with buffers of at most {@link #MAX_BYTES} each, which are garbage afterwards.
 */
final class SerializerTrial<T> {
  /** Values that take more bytes are not tried: their copies would need too much memory. */
  static final int MAX_BYTES = 8 << 20;

  private final Serializer<T> serializer;
  private final boolean compared;
  private final boolean hashed;

  /**
   * A trial.
   *
   * @param compared whether stores compare the values, or their bytes: true for what entries are
   *     found by
   * @param hashed whether entries are found by {@code hashCode()} of the values too
   */
  SerializerTrial(Serializer<T> serializer, boolean compared, boolean hashed) {
    this.serializer = serializer;
    this.compared = compared;
    this.hashed = hashed;
  }

  /** What a serializer did wrong. */
  static final class Fault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Fault(String what, Throwable cause) {
      super(what, cause, false, false);
    }
  }

  /**
   * Tries a value.
   *
   * @return the number of bytes that it takes; -1 if they are too many for a trial
   * @throws Fault if the serializer breaks its contract
   */
  int run(T value) {
    SizeBound<T> bound = serializer.fixedLength() >= 0 ? null : serializer.sizeBound();
    long most = bound == null ? Long.MAX_VALUE : ask("sizeBound()", () -> bound.of(value));
    ByteWriter scratch = new ByteWriter(64, MAX_BYTES);
    ByteView view;
    try {
      view = write(serializer, value, scratch);
    } catch (Fault e) {
      if (scratch.overflowed()) {
        return -1;
      }
      throw e;
    }
    if (view.length() > MAX_BYTES) {
      return -1;
    }
    byte[] bytes = view.toByteArray();
    byte[] shared = view.array();
    checkLength(bytes.length, most);
    T read;
    try {
      read = read(serializer, bytes);
    } catch (Fault e) {
      if (refusesToRead(e.getCause())) {
        return bytes.length;
      }
      throw e;
    }
    // Before copy(), which would be blamed for a wrong equals() otherwise.
    if (compared && !(serializer.bridge() && value.getClass().isArray())) {
      checkComparable(value, bytes, read);
    }
    checkDuplicate(value, bytes, shared, read);
    checkCopy(value);
    checkLane(value, bytes);
    checkDetached(bytes, read);
    return bytes.length;
  }

  /** Flink lets a job go on with a serializer that can only write: it fails when it has to read. */
  private boolean refusesToRead(Throwable thrown) {
    return serializer.bridge() && thrown != null && !(thrown instanceof UncheckedIOException);
  }

  private void checkLength(int written, long most) {
    int fixed = serializer.fixedLength();
    if (fixed >= 0 && written != fixed) {
      throw fault(
          "fixedLength() says that each value takes %d bytes, but write() appended %d. Correct"
              + " fixedLength(), or let it give -1",
          fixed, written);
    }
    if (written > most) {
      throw fault(
          "sizeBound() says that the value takes at most %d bytes, but write() appended %d. Correct"
              + " sizeBound(), or let it give null",
          most, written);
    }
  }

  private void checkDuplicate(T value, byte[] bytes, byte[] shared, T read) {
    Serializer<T> other = ask("duplicate()", serializer::duplicate);
    // Of another object than the value: encode() may give an array that the object itself keeps.
    ByteView view = write(other, read, new ByteWriter());
    if (read != value && view.length() > 0 && view.array() == shared) {
      throw fault(
          "encode() of a duplicate used the same array as that of the original. duplicate() must"
              + " give each its own buffers: another thread uses the duplicate");
    }
    if (compared && !serializer.bridge()) {
      requireSame(bytes, view.toByteArray(), "a duplicate wrote");
    }
    // Where read() gives the object that was written, the checks below could change the user's.
    if (read != value) {
      checkOwn(read, other, bytes, "by the original and by a duplicate");
      checkOwn(read, serializer, bytes, "twice");
    }
  }

  private void checkOwn(T read, Serializer<T> reader, byte[] bytes, String how) {
    if (read(reader, bytes) == read && SharedObjects.isReused(read, reader, serializer, bytes)) {
      throw fault(
          "read() gave the same object %s, and that object changed when other bytes were read."
              + " read() must make a new object at each call",
          how);
    }
  }

  private void checkCopy(T value) {
    T copy = ask("copy()", () -> serializer.copy(value));
    if (copy == value
        && !serializer.immutable()
        && !serializer.bridge()
        && SharedObjects.isChangeable(value)) {
      throw fault(
          "copy() gave the %s that it was to copy. It must make a deep copy, or immutable() must"
              + " say of all values of this type that they never change",
          value.getClass().getSimpleName());
    }
    if (compared && !Objects.deepEquals(copy, value)) {
      throw fault(
          "copy() gave a value that is not equal to the one it was to copy: correct copy(), or"
              + " equals() of %s",
          value.getClass().getName());
    }
  }

  private void checkLane(T value, byte[] bytes) {
    LongLane<T> lane = serializer.longLane();
    if (lane != null) {
      T back = ask("longLane()", () -> lane.fromLong(lane.toLong(value)));
      requireSame(
          bytes,
          bytesOf(serializer, back),
          "after longLane() made 64 bits of it and back it wrote");
    }
  }

  private void checkComparable(T value, byte[] bytes, T read) {
    if (!Objects.deepEquals(read, value) || !Objects.deepEquals(value, read)) {
      throw fault(
          "what read() gave is not equal to what was written. Entries are found by equals():"
              + " correct read(), or equals() of %s",
          value.getClass().getName());
    }
    if (hashed && !value.getClass().isArray() && read.hashCode() != value.hashCode()) {
      throw fault(
          "what read() gave has another hash code than the equal value that was written. Entries"
              + " are found by hashCode(): correct hashCode() of %s",
          value.getClass().getName());
    }
    var hasher = serializer.keyHasher();
    if (hasher != null && hasher.hash(read) != hasher.hash(value)) {
      throw fault(
          "keyHasher() gave %d for what was written and %d for the equal value that was read."
              + " Equal values must have one hash",
          hasher.hash(value), hasher.hash(read));
    }
    if (!serializer.bridge()) {
      requireSame(bytes, bytesOf(serializer, value), "a second time it wrote");
      requireSame(
          bytes, bytesOf(serializer, read), "for the equal value that it had read it wrote");
    }
  }

  private void requireSame(byte[] first, byte[] second, String when) {
    if (!Arrays.equals(first, second)) {
      throw fault(
          "%s other bytes (%d the first time, %d then). Equal values must give equal bytes: do not"
              + " write what differs between them, such as the order of a hash set",
          when, first.length, second.length);
    }
  }

  /** A value that keeps a part of the input's array would change with the next read. */
  private void checkDetached(byte[] bytes, T read) {
    if (serializer.bridge()) {
      return;
    }
    // Where one value has other bytes each time, as under a cipher, a change cannot be seen.
    if (!Arrays.equals(bytesOf(serializer, read), bytesOf(serializer, read))) {
      return;
    }
    byte[] input = bytes.clone();
    T suspect = read(serializer, input);
    byte[] clean = bytesOf(serializer, suspect);
    Arrays.fill(input, (byte) 0x5A);
    if (!Arrays.equals(clean, bytesOf(serializer, suspect))) {
      throw fault("what read() gave keeps a part of the input's array. It must copy what it keeps");
    }
  }

  static <T> byte[] bytesOf(Serializer<T> by, T value) {
    return write(by, value, new ByteWriter()).toByteArray();
  }

  private static <T> ByteView write(Serializer<T> by, T value, ByteWriter scratch) {
    return ask("write()", () -> by.encode(value, scratch));
  }

  private T read(Serializer<T> by, byte[] bytes) {
    ByteReader in = new ByteReader().set(bytes, 0, bytes.length);
    T read;
    try {
      read = by.read(in);
    } catch (RuntimeException e) {
      throw new Fault(
          "read() failed on the %d bytes that write() appended: %s. It must read exactly those"
              .formatted(bytes.length, e),
          e);
    }
    if (in.remaining() != 0) {
      throw fault(
          "read() read %d of the %d bytes that write() appended. It must read exactly those",
          bytes.length - in.remaining(), bytes.length);
    }
    if (read == null) {
      throw fault("read() gave null for a value that is not null");
    }
    return read;
  }

  private static <R> R ask(String method, Supplier<R> call) {
    R result;
    try {
      result = call.get();
    } catch (LimitExceededException e) {
      throw new Fault(method + " failed: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      throw new Fault(method + " failed: " + e, e);
    }
    if (result == null) {
      throw new Fault(method + " gave null", null);
    }
    return result;
  }

  private static Fault fault(String format, Object... arguments) {
    return new Fault(format.formatted(arguments), null);
  }
}
