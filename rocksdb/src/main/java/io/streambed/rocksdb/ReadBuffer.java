package io.streambed.rocksdb;

import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;

/**
 * What the values of one store are read into, one after the other. It grows with them, and is small
 * again once 64 values in a row did not need it, and with each snapshot: one large value does not
 * hold memory for ever, however seldom its state is read.
 *
 * <p>Threading: the store's thread.
 */
final class ReadBuffer {
  private static final int FIRST_BYTES = 256;
  private static final int SMALL_READS = 64;

  /** A larger one is not used twice. */
  private static final int LARGE_BYTES = 16 << 20;

  private final ByteView found = new ByteView();
  private byte[] buffer = new byte[FIRST_BYTES];
  private int smallReads;

  /** Where the next value goes. */
  byte[] array() {
    return buffer;
  }

  /** A buffer with room for a value, and for its growth: lists grow. */
  byte[] grow(int size) {
    buffer = new byte[size < LARGE_BYTES ? size + size / 4 : size];
    return buffer;
  }

  /**
   * A value that was read.
   *
   * @return its bytes, valid until the next value is read
   */
  ByteView found(int size) {
    found.set(buffer, 0, size);
    if (buffer.length > ByteWriter.KEPT_BYTES) {
      smallReads = size > ByteWriter.KEPT_BYTES ? 0 : smallReads + 1;
      if (smallReads > SMALL_READS || size >= LARGE_BYTES) {
        shrink();
      }
    }
    return found;
  }

  /** Lets go of a buffer that has grown, and of the value in it. */
  void trim() {
    if (buffer.length > ByteWriter.KEPT_BYTES || found.array().length > ByteWriter.KEPT_BYTES) {
      shrink();
      found.set(buffer, 0, 0);
    }
  }

  private void shrink() {
    smallReads = 0;
    buffer = new byte[FIRST_BYTES];
  }

  /** The bytes that are held, for tests. */
  int heldBytes() {
    return Math.max(buffer.length, found.array().length);
  }
}
