package io.streambed.bytes;

import io.streambed.error.MalformedDataException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A bounds-checked input over a window of a byte array, big-endian. Every length read is checked
 * against the bytes left before anything is allocated.
 */
public final class ByteReader {
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private byte[] array;
  private int position;
  private int limit;

  /** An empty input; give it bytes with {@link #set}. */
  public ByteReader() {
    this(new byte[0]);
  }

  /**
   * An input over a whole array.
   *
   * @param array the bytes; not copied
   */
  public ByteReader(byte[] array) {
    set(array, 0, array.length);
  }

  /**
   * Moves to another window.
   *
   * @param newArray the bytes; not copied
   * @param offset first byte
   * @param length number of bytes
   * @return this
   */
  public ByteReader set(byte[] newArray, int offset, int length) {
    if (offset < 0 || length < 0 || offset > newArray.length - length) {
      throw new IllegalArgumentException(
          "window " + offset + "+" + length + " outside of " + newArray.length + " bytes");
    }
    this.array = newArray;
    this.position = offset;
    this.limit = offset + length;
    return this;
  }

  /**
   * Moves to another window.
   *
   * @param view the bytes; not copied
   * @return this
   */
  public ByteReader set(ByteView view) {
    return set(view.array(), view.offset(), view.length());
  }

  /**
   * Bytes left.
   *
   * @return from 0
   */
  public int remaining() {
    return limit - position;
  }

  /**
   * The next byte's index in the array below.
   *
   * @return the position
   */
  public int position() {
    return position;
  }

  /**
   * The array below.
   *
   * @return the live array
   */
  public byte[] array() {
    return array;
  }

  /**
   * Reads one byte.
   *
   * @return from -128 to 127
   * @throws MalformedDataException if none is left
   */
  public byte readByte() {
    return array[take(1)];
  }

  /**
   * Reads one byte.
   *
   * @return from 0 to 255
   * @throws MalformedDataException if none is left
   */
  public int readUnsignedByte() {
    return readByte() & 0xFF;
  }

  /**
   * Reads a flag.
   *
   * @return true for 1, false for 0
   * @throws MalformedDataException if none is left or it is neither 0 nor 1
   */
  public boolean readBoolean() {
    byte b = readByte();
    if ((b & ~1) != 0) {
      throw new MalformedDataException("expected a flag of 0 or 1, found " + b);
    }
    return b == 1;
  }

  /**
   * Reads two bytes.
   *
   * @return the number
   * @throws MalformedDataException if fewer are left
   */
  public short readShort() {
    return (short) SHORT.get(array, take(2));
  }

  /**
   * Reads four bytes.
   *
   * @return the number
   * @throws MalformedDataException if fewer are left
   */
  public int readInt() {
    return (int) INT.get(array, take(4));
  }

  /**
   * Reads eight bytes.
   *
   * @return the number
   * @throws MalformedDataException if fewer are left
   */
  public long readLong() {
    return (long) LONG.get(array, take(8));
  }

  /**
   * Reads what {@link ByteWriter#writeVarInt} wrote.
   *
   * @return the number, to be taken as unsigned
   * @throws MalformedDataException if the bytes end or the number has more than 32 bits
   */
  public int readVarInt() {
    int result = 0;
    for (int shift = 0; ; shift += 7) {
      int b = readUnsignedByte();
      if (shift == 28 && b > 0x0F) {
        throw new MalformedDataException("a variable-length number has more than 32 bits");
      }
      result |= (b & 0x7F) << shift;
      if ((b & 0x80) == 0) {
        return result;
      }
    }
  }

  /**
   * Reads what {@link ByteWriter#writeVarLong} wrote.
   *
   * @return the number, to be taken as unsigned
   * @throws MalformedDataException if the bytes end or the number has more than 64 bits
   */
  public long readVarLong() {
    long result = 0;
    for (int shift = 0; ; shift += 7) {
      int b = readUnsignedByte();
      if (shift == 63 && b > 1) {
        throw new MalformedDataException("a variable-length number has more than 64 bits");
      }
      result |= (long) (b & 0x7F) << shift;
      if ((b & 0x80) == 0) {
        return result;
      }
    }
  }

  /**
   * Reads a length and checks it against the bytes left.
   *
   * @return from 0 to {@link #remaining()}
   * @throws MalformedDataException if it is larger
   */
  public int readLength() {
    int length = readVarInt();
    if (length < 0 || length > remaining()) {
      throw new MalformedDataException(
          "a length of "
              + Integer.toUnsignedString(length)
              + " with "
              + remaining()
              + " bytes left");
    }
    return length;
  }

  /**
   * Reads a count of elements that take at least some bytes each, and checks it against the bytes
   * left, so that a wrong count allocates nothing.
   *
   * @param minElementBytes the fewest bytes one element takes, at least 1
   * @return the count
   * @throws MalformedDataException if so many elements cannot follow
   */
  public int readCount(int minElementBytes) {
    int count = readVarInt();
    if (count < 0 || (long) count * minElementBytes > remaining()) {
      throw new MalformedDataException(
          "a count of " + Integer.toUnsignedString(count) + " with " + remaining() + " bytes left");
    }
    return count;
  }

  /**
   * Reads bytes into a new array.
   *
   * @param length how many
   * @return a new array
   * @throws MalformedDataException if fewer are left
   */
  public byte[] readBytes(int length) {
    int from = take(length);
    return Arrays.copyOfRange(array, from, from + length);
  }

  /**
   * Moves a view onto the next bytes and past them.
   *
   * @param length how many
   * @param into the view to set
   * @return the view
   * @throws MalformedDataException if fewer are left
   */
  public ByteView readView(int length, ByteView into) {
    return into.set(array, take(length), length);
  }

  /**
   * Reads what {@link ByteWriter#writeSized} wrote.
   *
   * @param into the view to set
   * @return the view
   * @throws MalformedDataException if the length is beyond the bytes left
   */
  public ByteView readSized(ByteView into) {
    return readView(readLength(), into);
  }

  /**
   * Reads what {@link ByteWriter#writeText} wrote.
   *
   * @return the text
   * @throws MalformedDataException if the bytes end or are not UTF-8
   */
  public String readText() {
    return readText(readLength());
  }

  /**
   * Reads what {@link ByteWriter#writeText} wrote of a name in a file: of a job, an operator, a
   * file and the like. Decoding it would take a multiple of its bytes, so a long one is refused
   * before.
   *
   * @return the name
   * @throws MalformedDataException if the bytes end, are not UTF-8, or are more than a sixteenth of
   *     the heap
   */
  public String readName() {
    int length = readLength();
    if (HeapBudget.isTooLong(length)) {
      throw new MalformedDataException("a name of " + length + " bytes");
    }
    return readText(length);
  }

  String readText(int length) {
    int from = take(length);
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(array, from, length))
          .toString();
    } catch (CharacterCodingException e) {
      throw new MalformedDataException("text is not UTF-8");
    }
  }

  /**
   * Passes over bytes.
   *
   * @param length how many
   * @throws MalformedDataException if fewer are left
   */
  public void skip(int length) {
    take(length);
  }

  /**
   * Insists that everything was read.
   *
   * @throws MalformedDataException if bytes are left
   */
  public void expectEnd() {
    if (position != limit) {
      throw new MalformedDataException(remaining() + " bytes left over");
    }
  }

  private int take(int length) {
    int from = position;
    if (length < 0 || length > limit - from) {
      throw new MalformedDataException(length + " bytes wanted, " + (limit - from) + " left");
    }
    position = from + length;
    return from;
  }
}
