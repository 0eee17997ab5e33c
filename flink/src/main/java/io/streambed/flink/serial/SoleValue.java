package io.streambed.flink.serial;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.serial.KeyHasher;
import io.streambed.serial.Serializer;
import io.streambed.serial.SerializerSnapshot;

/** The codec of a type with one value, in no bytes at all. */
final class SoleValue<T> implements Serializer<T> {
  private final T value;

  SoleValue(T value) {
    this.value = value;
  }

  @Override
  public void write(T ignored, ByteWriter out) {
    // There is nothing to tell.
  }

  @Override
  public T read(ByteReader in) {
    return value;
  }

  @Override
  public T copy(T ignored) {
    return value;
  }

  @Override
  public boolean immutable() {
    return true;
  }

  @Override
  public Serializer<T> duplicate() {
    return this;
  }

  @Override
  public int fixedLength() {
    return 0;
  }

  @Override
  public KeyHasher<T> keyHasher() {
    return ignored -> 0;
  }

  @Override
  public SerializerSnapshot snapshot() {
    return SerializerSnapshot.of("sole");
  }
}
