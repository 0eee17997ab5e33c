package io.streambed.testkit.store;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.serial.Compatibility;
import io.streambed.serial.KeyHasher;
import io.streambed.serial.LongLane;
import io.streambed.serial.Serializer;
import io.streambed.serial.SerializerSnapshot;

/**
 * A serializer that keeps state, as the contract allows: it serves the first thread that uses it
 * and fails on every other. Its duplicates are free again.
 */
final class Confined<T> implements Serializer<T> {
  private final Serializer<T> plain;
  private Thread owner;

  Confined(Serializer<T> plain) {
    this.plain = plain;
  }

  private synchronized Serializer<T> entered() {
    if (owner == null) {
      owner = Thread.currentThread();
    } else if (owner != Thread.currentThread()) {
      throw new IllegalStateException(
          "a serializer of " + owner + " is used by " + Thread.currentThread());
    }
    return plain;
  }

  @Override
  public void write(T value, ByteWriter out) {
    entered().write(value, out);
  }

  @Override
  public T read(ByteReader in) {
    return entered().read(in);
  }

  @Override
  public T copy(T value) {
    return entered().copy(value);
  }

  @Override
  public boolean immutable() {
    return plain.immutable();
  }

  @Override
  public Serializer<T> duplicate() {
    return new Confined<>(plain.duplicate());
  }

  @Override
  public int fixedLength() {
    return plain.fixedLength();
  }

  @Override
  public LongLane<T> longLane() {
    return plain.longLane();
  }

  @Override
  public KeyHasher<T> keyHasher() {
    return plain.keyHasher();
  }

  @Override
  public SerializerSnapshot snapshot() {
    return plain.snapshot();
  }

  @Override
  public Compatibility<T> resolve(SerializerSnapshot written) {
    return plain.resolve(written);
  }
}
