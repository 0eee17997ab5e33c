package io.streambed.serial;

import io.streambed.bytes.ByteReader;

/**
 * Reads no bytes, and gives the value of a component that was added after the state was written.
 *
 * @param component the component's serializer, which copies the value if it can change
 * @param value the same for all records; null if the serializer takes it
 */
record AddedComponent<T>(Serializer<T> component, T value) implements ReadOnly<T> {

  @Override
  public T read(ByteReader in) {
    return component.copy(value);
  }

  @Override
  public T copy(T other) {
    return component.copy(other);
  }

  @Override
  public boolean immutable() {
    return component.immutable();
  }

  @Override
  public Serializer<T> duplicate() {
    return new AddedComponent<>(component.duplicate(), value);
  }

  @Override
  public int fixedLength() {
    return 0;
  }

  @Override
  public SerializerSnapshot snapshot() {
    return component.snapshot();
  }
}
