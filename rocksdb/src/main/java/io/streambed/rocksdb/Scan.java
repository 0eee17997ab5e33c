package io.streambed.rocksdb;

import io.streambed.bytes.ByteView;
import java.util.Arrays;

/** Goes over the stored entries of one state in the order of their keys. */
interface Scan extends AutoCloseable {
  /** Goes to the first key that is not below another; false at the end. */
  boolean seek(byte[] from);

  /** Goes on; false at the end. */
  boolean next();

  /** The key here, valid until the scan moves. */
  ByteView key();

  /** The value here, valid until the scan moves. */
  ByteView value();

  /**
   * The value here as the declaration wrote it that its column has; timestamps stand where they do
   * in {@link #value}. Valid until the scan moves.
   */
  default ByteView stored() {
    return value();
  }

  /**
   * What is left of {@link #stored}, as the present declaration writes it.
   *
   * @throws io.streambed.error.SerializationException if it cannot be converted
   */
  default ByteView converted(ByteView left) {
    return left;
  }

  /** Whether the key here begins with a prefix. */
  default boolean startsWith(byte[] prefix) {
    return Column.startsWith(key().array(), key().length(), prefix);
  }

  @Override
  void close();

  /** One after the other. */
  static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
