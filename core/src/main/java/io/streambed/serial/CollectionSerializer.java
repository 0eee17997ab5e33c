package io.streambed.serial;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.MalformedDataException;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Lists and sets.
 *
 * <pre>
 * list, set := count:varint { element }
 * </pre>
 */
abstract class CollectionSerializer<E, C extends Collection<E>> implements Serializer<C> {
  final Serializer<E> element;
  private final String type;
  private final String where;
  private final int minElementBytes;

  CollectionSerializer(String type, Serializer<E> element) {
    this.type = type;
    this.where = "an element of a " + type;
    this.element = element;
    this.minElementBytes = Parts.minBytes(element);
  }

  /** An empty collection with room for some elements. */
  abstract C create(int size);

  abstract Serializer<C> over(Serializer<E> otherElement);

  @Override
  public final void write(C value, ByteWriter out) {
    int count = Nulls.present(value, type).size();
    out.writeVarInt(count);
    int from = out.position();
    for (E each : value) {
      Parts.writeElement(element, each, out, where);
    }
    Parts.checkWritten(out, from, count, minElementBytes, type);
  }

  @Override
  public final C read(ByteReader in) {
    int count = in.readCount(minElementBytes);
    C value = create(count);
    for (int i = 0; i < count; i++) {
      if (!value.add(element.read(in))) {
        throw new MalformedDataException("a " + type + " holds two equal elements");
      }
    }
    return value;
  }

  @Override
  public final C copy(C value) {
    C copy = create(value.size());
    for (E each : value) {
      copy.add(element.copy(each));
    }
    return copy;
  }

  @Override
  public final boolean immutable() {
    return false;
  }

  @Override
  public final Serializer<C> duplicate() {
    Serializer<E> duplicate = element.duplicate();
    return duplicate == element ? this : over(duplicate);
  }

  @Override
  public final SizeBound<C> sizeBound() {
    return Parts.boundByCount(element, C::size);
  }

  @Override
  public final SerializerSnapshot snapshot() {
    return new SerializerSnapshot(type, 1, Map.of(), Map.of("element", element.snapshot()));
  }

  @Override
  @SuppressWarnings("unchecked")
  public final Compatibility<C> resolve(SerializerSnapshot written) {
    return Parts.resolve(
        this, written, List.of(element), readers -> over((Serializer<E>) readers.get(0)));
  }

  @Override
  public final String toString() {
    return snapshot().toString();
  }
}
