package io.streambed.serial;

import io.streambed.bytes.ByteReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Reads a written record without its class, as the list of its components' values.
 *
 * @param snapshot the record's configuration
 * @param parts readers of its components, in order
 */
record RecordFields(SerializerSnapshot snapshot, List<Serializer<?>> parts)
    implements ReadOnly<List<Object>> {

  @Override
  public List<Object> read(ByteReader in) {
    List<Object> values = new ArrayList<>(parts.size());
    for (Serializer<?> part : parts) {
      values.add(part.read(in));
    }
    return Collections.unmodifiableList(values);
  }

  @Override
  public List<Object> copy(List<Object> value) {
    List<Object> copy = new ArrayList<>(parts.size());
    for (int i = 0; i < parts.size(); i++) {
      copy.add(copyOf(parts.get(i), value.get(i)));
    }
    return Collections.unmodifiableList(copy);
  }

  @SuppressWarnings("unchecked")
  static <E> Object copyOf(Serializer<E> part, Object value) {
    return part.copy((E) value);
  }

  @Override
  public boolean immutable() {
    return parts.stream().allMatch(Serializer::immutable);
  }

  @Override
  public Serializer<List<Object>> duplicate() {
    List<Serializer<?>> duplicates = new ArrayList<>();
    parts.forEach(part -> duplicates.add(part.duplicate()));
    return new RecordFields(snapshot, duplicates);
  }
}
