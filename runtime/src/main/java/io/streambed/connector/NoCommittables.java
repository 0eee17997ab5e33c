package io.streambed.connector;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.InvariantViolationException;
import io.streambed.serial.Serializer;
import io.streambed.serial.SerializerSnapshot;

/** The serializer of a sink that has no committables: it is declared and never used. */
final class NoCommittables implements Serializer<Void> {
  static final NoCommittables INSTANCE = new NoCommittables();

  private NoCommittables() {}

  @Override
  public void write(Void value, ByteWriter out) {
    throw unexpected();
  }

  @Override
  public Void read(ByteReader in) {
    throw unexpected();
  }

  private static InvariantViolationException unexpected() {
    return new InvariantViolationException(
        "a sink whose results are out when they are written has something to commit");
  }

  @Override
  public Void copy(Void value) {
    return value;
  }

  @Override
  public boolean immutable() {
    return true;
  }

  @Override
  public Serializer<Void> duplicate() {
    return this;
  }

  @Override
  public SerializerSnapshot snapshot() {
    return SerializerSnapshot.of("no-committables");
  }
}
