package io.streambed.serial;

import io.streambed.bytes.ByteReader;
import java.util.function.Function;

/**
 * Reads what another serializer wrote and turns it into a target's type.
 *
 * @param source reads the old bytes
 * @param convert from the old value to the new one; keeps no state
 * @param target the serializer of the new values
 */
record Converted<S, T>(
    Serializer<S> source, Function<? super S, ? extends T> convert, Serializer<T> target)
    implements ReadOnly<T> {

  @Override
  public T read(ByteReader in) {
    return convert.apply(source.read(in));
  }

  @Override
  public T copy(T value) {
    return target.copy(value);
  }

  @Override
  public boolean immutable() {
    return target.immutable();
  }

  @Override
  public Serializer<T> duplicate() {
    return new Converted<>(source.duplicate(), convert, target.duplicate());
  }

  @Override
  public int fixedLength() {
    return source.fixedLength();
  }

  @Override
  public SerializerSnapshot snapshot() {
    return source.snapshot();
  }
}
