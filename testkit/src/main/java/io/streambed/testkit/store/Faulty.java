package io.streambed.testkit.store;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.serial.Serializer;
import io.streambed.serial.SerializerSnapshot;
import java.util.ArrayList;
import java.util.List;

/** A serializer of texts, as objects that can change, that breaks its contract on demand. */
final class Faulty implements Serializer<List<String>> {

  /** What it does wrong. */
  enum Fault {
    NONE,
    WRITE_THROWS,
    READ_THROWS,
    READ_TOO_MUCH,
    READ_TOO_LITTLE,
    COPY_THROWS
  }

  /** What it does wrong from now on; its duplicates too. */
  volatile Fault fault = Fault.NONE;

  /** Done at each copy from now on; by its duplicates too. */
  volatile Runnable atCopy = () -> {};

  private final Faulty origin;

  Faulty() {
    origin = this;
  }

  private Faulty(Faulty origin) {
    this.origin = origin;
  }

  @Override
  public void write(List<String> value, ByteWriter out) {
    out.writeText(value.get(0));
    if (origin.fault == Fault.WRITE_THROWS) {
      throw new IllegalStateException("write failed");
    }
  }

  @Override
  public List<String> read(ByteReader in) {
    switch (origin.fault) {
      case READ_THROWS -> throw new IllegalStateException("read failed");
      case READ_TOO_MUCH -> in.readBytes(in.remaining() + 1);
      case READ_TOO_LITTLE -> {
        in.readByte();
        return List.of("little");
      }
      default -> {}
    }
    return new ArrayList<>(List.of(in.readText()));
  }

  @Override
  public List<String> copy(List<String> value) {
    origin.atCopy.run();
    if (origin.fault == Fault.COPY_THROWS) {
      throw new IllegalStateException("copy failed");
    }
    return new ArrayList<>(value);
  }

  @Override
  public boolean immutable() {
    return false;
  }

  @Override
  public Serializer<List<String>> duplicate() {
    return new Faulty(origin);
  }

  @Override
  public SerializerSnapshot snapshot() {
    return SerializerSnapshot.of("faulty");
  }
}
