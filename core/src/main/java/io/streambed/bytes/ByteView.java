package io.streambed.bytes;

import java.util.Arrays;

/**
 * A window into a byte array, reused by its owner: valid until the owner's next call, never to be
 * written through. Copy with {@link #toByteArray()} to keep the bytes.
 */
public final class ByteView {
  private static final byte[] EMPTY = new byte[0];

  private byte[] array = EMPTY;
  private int offset;
  private int length;

  /** An empty window. */
  public ByteView() {}

  /**
   * A window onto a whole array.
   *
   * @param array the bytes; not copied
   * @return a new view
   */
  public static ByteView of(byte[] array) {
    return new ByteView().set(array, 0, array.length);
  }

  /**
   * Moves the window.
   *
   * @param newArray the bytes; not copied
   * @param newOffset first byte, from 0 to the array's length
   * @param newLength number of bytes, within the array
   * @return this
   */
  public ByteView set(byte[] newArray, int newOffset, int newLength) {
    this.array = newArray;
    this.offset = newOffset;
    this.length = newLength;
    return this;
  }

  /**
   * The array below.
   *
   * @return the live array; bytes outside the window mean nothing
   */
  public byte[] array() {
    return array;
  }

  /**
   * The first byte's index.
   *
   * @return the offset in {@link #array()}
   */
  public int offset() {
    return offset;
  }

  /**
   * The size.
   *
   * @return number of bytes in the window
   */
  public int length() {
    return length;
  }

  /**
   * A copy of the bytes.
   *
   * @return a new array that the caller owns
   */
  public byte[] toByteArray() {
    return length == 0 ? EMPTY : Arrays.copyOfRange(array, offset, offset + length);
  }

  /**
   * Compares as unsigned bytes, the shorter first if it is a prefix.
   *
   * @param other the other window
   * @return negative, zero or positive
   */
  public int compareTo(ByteView other) {
    return Arrays.compareUnsigned(
        array, offset, offset + length, other.array, other.offset, other.offset + other.length);
  }

  /**
   * Whether two windows hold the same bytes.
   *
   * @param other the other window
   * @return true if equal in length and content
   */
  public boolean contentEquals(ByteView other) {
    return Arrays.equals(
        array, offset, offset + length, other.array, other.offset, other.offset + other.length);
  }

  @Override
  public String toString() {
    return "ByteView[" + length + " bytes]";
  }
}
