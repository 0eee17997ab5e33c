package io.streambed.serial;

import io.streambed.bytes.ByteReader;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads written values of a sealed type without its classes, as entries of the case's name and the
 * value.
 *
 * @param snapshot the sealed type's configuration
 * @param parts readers of its cases, in order
 */
record SealedValues(SerializerSnapshot snapshot, List<Serializer<?>> parts)
    implements ReadOnly<Map.Entry<String, Object>> {

  @Override
  public Map.Entry<String, Object> read(ByteReader in) {
    int number = SealedSerializer.readCase(in, parts.size());
    return new SimpleImmutableEntry<>(names().get(number), parts.get(number).read(in));
  }

  @Override
  public Map.Entry<String, Object> copy(Map.Entry<String, Object> value) {
    String name = value.getKey();
    Serializer<?> part = parts.get(names().indexOf(name));
    return new SimpleImmutableEntry<>(name, RecordFields.copyOf(part, value.getValue()));
  }

  private List<String> names() {
    return List.copyOf(snapshot.parts().keySet());
  }

  @Override
  public boolean immutable() {
    return parts.stream().allMatch(Serializer::immutable);
  }

  @Override
  public Serializer<Map.Entry<String, Object>> duplicate() {
    List<Serializer<?>> duplicates = new ArrayList<>();
    parts.forEach(part -> duplicates.add(part.duplicate()));
    return new SealedValues(snapshot, duplicates);
  }
}
