package io.streambed.entry;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.serial.KeyHasher;
import io.streambed.serial.Serializer;
import io.streambed.serial.SerializerSnapshot;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** A serializer made of functions; it claims that its values can change. */
class MadeSerializer<T> implements Serializer<T> {
  private final BiConsumer<T, ByteWriter> write;
  private final Function<ByteReader, T> read;
  int writes;
  int reads;

  MadeSerializer(BiConsumer<T, ByteWriter> write, Function<ByteReader, T> read) {
    this.write = write;
    this.read = read;
  }

  @Override
  public void write(T value, ByteWriter out) {
    writes++;
    write.accept(value, out);
  }

  @Override
  public T read(ByteReader in) {
    reads++;
    return read.apply(in);
  }

  @Override
  public T copy(T value) {
    return value;
  }

  @Override
  public boolean immutable() {
    return false;
  }

  @Override
  public Serializer<T> duplicate() {
    return this;
  }

  @Override
  public KeyHasher<T> keyHasher() {
    return Object::hashCode;
  }

  @Override
  public SerializerSnapshot snapshot() {
    return SerializerSnapshot.of("made");
  }
}
