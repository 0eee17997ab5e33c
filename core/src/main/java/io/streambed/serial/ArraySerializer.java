package io.streambed.serial;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import java.lang.reflect.Array;
import java.util.List;
import java.util.Map;

/**
 * Arrays of objects. They can change, and have no equality of their own, hence are no keys.
 *
 * <pre>
 * array := count:varint { element }
 * </pre>
 */
final class ArraySerializer<E> implements Serializer<E[]> {
  private final Class<?> componentType;
  private final Serializer<E> element;
  private final int minElementBytes;

  ArraySerializer(Class<?> componentType, Serializer<E> element) {
    this.componentType = componentType;
    this.element = element;
    this.minElementBytes = Parts.minBytes(element);
  }

  @Override
  public void write(E[] value, ByteWriter out) {
    out.writeVarInt(Nulls.present(value, "array").length);
    int from = out.position();
    for (E each : value) {
      Parts.writeElement(element, each, out, "an element of an array");
    }
    Parts.checkWritten(out, from, value.length, minElementBytes, "array");
  }

  @Override
  public E[] read(ByteReader in) {
    E[] value = create(in.readCount(minElementBytes));
    for (int i = 0; i < value.length; i++) {
      value[i] = element.read(in);
    }
    return value;
  }

  @SuppressWarnings("unchecked")
  private E[] create(int length) {
    return (E[]) Array.newInstance(componentType, length);
  }

  @Override
  public E[] copy(E[] value) {
    E[] copy = value.clone();
    if (!element.immutable()) {
      for (int i = 0; i < copy.length; i++) {
        copy[i] = element.copy(copy[i]);
      }
    }
    return copy;
  }

  @Override
  public boolean immutable() {
    return false;
  }

  @Override
  public Serializer<E[]> duplicate() {
    Serializer<E> duplicate = element.duplicate();
    return duplicate == element ? this : new ArraySerializer<>(componentType, duplicate);
  }

  @Override
  public SizeBound<E[]> sizeBound() {
    return Parts.boundByCount(element, array -> array.length);
  }

  @Override
  public SerializerSnapshot snapshot() {
    return new SerializerSnapshot("array", 1, Map.of(), Map.of("element", element.snapshot()));
  }

  @Override
  @SuppressWarnings("unchecked")
  public Compatibility<E[]> resolve(SerializerSnapshot written) {
    return Parts.resolve(
        this,
        written,
        List.of(element),
        readers -> new ArraySerializer<>(componentType, (Serializer<E>) readers.get(0)));
  }

  @Override
  public String toString() {
    return snapshot().toString();
  }
}
