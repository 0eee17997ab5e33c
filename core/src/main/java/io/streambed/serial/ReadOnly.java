package io.streambed.serial;

import io.streambed.bytes.ByteWriter;

/** A serializer that only reads: old bytes on their way to a new form. */
interface ReadOnly<T> extends Serializer<T> {
  @Override
  default void write(T value, ByteWriter out) {
    throw new IllegalStateException(
        "the reader of " + snapshot() + " only reads; values are written by the new serializer");
  }
}
