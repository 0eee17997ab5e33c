package io.streambed.bytes;

import io.streambed.error.LimitExceededException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * A growable output over one byte array, big-endian, reusable through {@link #reset()}. It never
 * shrinks on its own; {@link #trim(int)} gives a large array back.
 */
public final class ByteWriter {
  /** The largest number of bytes one writer holds. */
  public static final int MAX_LENGTH = Integer.MAX_VALUE - 64;

  /**
   * The largest array that is worth keeping for the next value: a larger one is given back, so that
   * one large value does not pin memory.
   */
  public static final int KEPT_BYTES = 1 << 20;

  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final int maxBytes;
  private boolean overflowed;
  private byte[] array;
  private int position;
  private final ByteView view = new ByteView();

  /** A writer with a small initial array. */
  public ByteWriter() {
    this(64);
  }

  /**
   * A writer with an initial array.
   *
   * @param initialBytes capacity before the first growth, at least 1
   */
  public ByteWriter(int initialBytes) {
    this(initialBytes, MAX_LENGTH);
  }

  /**
   * A writer that holds few bytes.
   *
   * @param initialBytes capacity before the first growth, at least 1
   * @param maxBytes the most bytes that it holds, at most {@link #MAX_LENGTH}; a write beyond them
   *     throws {@link LimitExceededException}
   */
  public ByteWriter(int initialBytes, int maxBytes) {
    this.array = new byte[Math.max(1, initialBytes)];
    this.maxBytes = maxBytes;
  }

  /**
   * Forgets what was written; the array stays.
   *
   * @return this
   */
  public ByteWriter reset() {
    position = 0;
    return this;
  }

  /**
   * Number of bytes written since the last reset.
   *
   * @return the position of the next byte
   */
  public int position() {
    return position;
  }

  /**
   * Moves back, to drop what was written after a mark.
   *
   * @param newPosition from 0 to the current position
   */
  public void truncate(int newPosition) {
    if (newPosition < 0 || newPosition > position) {
      throw new IllegalArgumentException("position " + newPosition + " not in 0.." + position);
    }
    position = newPosition;
  }

  /**
   * The array below, for readers that take array and length.
   *
   * @return the live array; it changes identity on growth
   */
  public byte[] array() {
    return array;
  }

  /**
   * All bytes written.
   *
   * @return a view owned by this writer, valid until its next call
   */
  public ByteView view() {
    return view.set(array, 0, position);
  }

  /**
   * A copy of all bytes written.
   *
   * @return a new array
   */
  public byte[] toByteArray() {
    return Arrays.copyOf(array, position);
  }

  /**
   * Drops an array that has grown beyond a bound, so that one large record does not pin memory.
   *
   * @param maxBytes the largest array to keep
   */
  public void trim(int maxBytes) {
    if (array.length > maxBytes) {
      array = new byte[Math.max(1, Math.min(64, maxBytes))];
      position = 0;
    }
  }

  /**
   * Whether a write failed because of the most bytes that this holds, since it was made.
   *
   * @return true also if whoever wrote has turned that failure into another one
   */
  public boolean overflowed() {
    return overflowed;
  }

  /**
   * Appends one byte.
   *
   * @param value its low eight bits
   */
  public void writeByte(int value) {
    ensure(1);
    array[position++] = (byte) value;
  }

  /**
   * Appends one byte, 1 for true.
   *
   * @param value the flag
   */
  public void writeBoolean(boolean value) {
    writeByte(value ? 1 : 0);
  }

  /**
   * Appends two bytes.
   *
   * @param value its low sixteen bits
   */
  public void writeShort(int value) {
    ensure(2);
    SHORT.set(array, position, (short) value);
    position += 2;
  }

  /**
   * Appends four bytes.
   *
   * @param value the number
   */
  public void writeInt(int value) {
    ensure(4);
    INT.set(array, position, value);
    position += 4;
  }

  /**
   * Replaces four bytes that were written.
   *
   * @param at where they begin, from 0 to four bytes before {@link #position}
   * @param value the number
   */
  public void setInt(int at, int value) {
    Objects.checkFromIndexSize(at, Integer.BYTES, position);
    INT.set(array, at, value);
  }

  /**
   * Appends eight bytes.
   *
   * @param value the number
   */
  public void writeLong(long value) {
    ensure(8);
    LONG.set(array, position, value);
    position += 8;
  }

  /**
   * Appends an unsigned number in one to five bytes, seven bits a byte, lowest first.
   *
   * @param value taken as unsigned
   */
  public void writeVarInt(int value) {
    ensure(5);
    int rest = value;
    while ((rest & ~0x7F) != 0) {
      array[position++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    array[position++] = (byte) rest;
  }

  /**
   * Appends an unsigned number in one to ten bytes, seven bits a byte, lowest first.
   *
   * @param value taken as unsigned
   */
  public void writeVarLong(long value) {
    ensure(10);
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      array[position++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    array[position++] = (byte) rest;
  }

  /**
   * Appends part of an array.
   *
   * @param source the bytes
   * @param offset first byte
   * @param length number of bytes
   */
  public void writeBytes(byte[] source, int offset, int length) {
    ensure(length);
    System.arraycopy(source, offset, array, position, length);
    position += length;
  }

  /**
   * Appends a whole array, without a length.
   *
   * @param source the bytes
   */
  public void writeBytes(byte[] source) {
    writeBytes(source, 0, source.length);
  }

  /**
   * Appends a window's bytes, without a length.
   *
   * @param source the window; not one of this writer
   */
  public void writeBytes(ByteView source) {
    writeBytes(source.array(), source.offset(), source.length());
  }

  /**
   * Appends a window's length as a variable-length number, then its bytes.
   *
   * @param source the window; not one of this writer
   */
  public void writeSized(ByteView source) {
    writeVarInt(source.length());
    writeBytes(source);
  }

  /**
   * Appends text as UTF-8 with its length in bytes before it: names and configuration only, values
   * have a serializer of their own.
   *
   * @param text the text
   * @throws IllegalArgumentException if it has half of a surrogate pair, for which UTF-8 has no
   *     form
   */
  public void writeText(String text) {
    Names.check("thing that is written", text);
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    writeVarInt(utf8.length);
    writeBytes(utf8);
  }

  /**
   * Overwrites four bytes written before.
   *
   * @param at their position, from 0 to position - 4
   * @param value the number
   */
  public void patchInt(int at, int value) {
    if (at < 0 || at > position - 4) {
      throw new IllegalArgumentException("no four bytes written at " + at);
    }
    INT.set(array, at, value);
  }

  private void ensure(int more) {
    if (array.length - position < more) {
      grow(more);
    }
  }

  private void grow(int more) {
    long needed = (long) position + more;
    if (more < 0 || needed > maxBytes) {
      overflowed = true;
      throw new LimitExceededException(
          "A serialized record in bytes", needed, maxBytes, "Split the value.");
    }
    array = Arrays.copyOf(array, (int) Math.min(maxBytes, Math.max(needed, 2L * array.length)));
  }
}
