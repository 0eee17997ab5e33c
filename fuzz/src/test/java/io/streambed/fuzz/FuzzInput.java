package io.streambed.fuzz;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Takes the bytes of a fuzzer apart. Any bytes will do: what is missing at the end is zero. */
public final class FuzzInput {
  private final ByteBuffer bytes;

  /**
   * The beginning of an input.
   *
   * @param input the bytes; not copied
   */
  public FuzzInput(byte[] input) {
    this.bytes = ByteBuffer.wrap(input);
  }

  /**
   * The next byte.
   *
   * @return from 0 to 255; 0 at the end
   */
  public int nextByte() {
    return bytes.hasRemaining() ? bytes.get() & 0xFF : 0;
  }

  /**
   * The next two bytes.
   *
   * @return from 0 to 65,535
   */
  public int nextShort() {
    return nextByte() << 8 | nextByte();
  }

  /**
   * The next four bytes.
   *
   * @return any number
   */
  public int nextInt() {
    return nextShort() << 16 | nextShort();
  }

  /**
   * The next eight bytes.
   *
   * @return any number
   */
  public long nextLong() {
    return (long) nextInt() << 32 | nextInt() & 0xFFFFFFFFL;
  }

  /**
   * The next bytes, whose number two bytes before them tell.
   *
   * @return a new array, shorter than told at the end of the input
   */
  public byte[] nextSized() {
    byte[] next = new byte[Math.min(nextShort(), bytes.remaining())];
    bytes.get(next);
    return next;
  }

  /**
   * All bytes that are left.
   *
   * @return a new array
   */
  public byte[] rest() {
    byte[] rest = new byte[bytes.remaining()];
    bytes.get(rest);
    return rest;
  }

  /**
   * Whether bytes are left.
   *
   * @return false at the end
   */
  public boolean hasMore() {
    return bytes.hasRemaining();
  }

  /** Builds an input. */
  public static final class Builder {
    private byte[] built = {};

    /**
     * Appends one byte.
     *
     * @param value its eight lowest bits
     * @return this
     */
    public Builder add(int value) {
      return add(new byte[] {(byte) value});
    }

    /**
     * Appends bytes.
     *
     * @param value the bytes
     * @return this
     */
    public Builder add(byte[] value) {
      int length = built.length;
      built = Arrays.copyOf(built, length + value.length);
      System.arraycopy(value, 0, built, length, value.length);
      return this;
    }

    /**
     * Appends four bytes.
     *
     * @param value the number
     * @return this
     */
    public Builder addInt(int value) {
      return add(ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
    }

    /**
     * Appends bytes for {@link FuzzInput#nextSized}.
     *
     * @param value at most 65,535 bytes
     * @return this
     */
    public Builder addSized(byte[] value) {
      return add(value.length >>> 8).add(value.length).add(value);
    }

    /**
     * The input.
     *
     * @return a new array
     */
    public byte[] build() {
      return built.clone();
    }
  }
}
