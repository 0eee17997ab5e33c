package io.streambed.testkit.store;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.serial.Serializer;
import io.streambed.serial.SerializerSnapshot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Serializes a record whose class nobody has, as the list of its components' values: a stand-in for
 * the serializer that an earlier version of a job derived.
 *
 * @param components serializers by component name, in order
 */
record WrittenRecord(LinkedHashMap<String, Serializer<Object>> components)
    implements Serializer<List<Object>> {

  @Override
  public void write(List<Object> value, ByteWriter out) {
    int index = 0;
    for (Serializer<Object> component : components.values()) {
      component.write(value.get(index++), out);
    }
  }

  @Override
  public List<Object> read(ByteReader in) {
    List<Object> values = new ArrayList<>();
    components.values().forEach(component -> values.add(component.read(in)));
    return values;
  }

  @Override
  public List<Object> copy(List<Object> value) {
    List<Object> copy = new ArrayList<>();
    components.values().forEach(component -> copy.add(component.copy(value.get(copy.size()))));
    return copy;
  }

  @Override
  public boolean immutable() {
    return false;
  }

  @Override
  public Serializer<List<Object>> duplicate() {
    LinkedHashMap<String, Serializer<Object>> duplicates = new LinkedHashMap<>();
    components.forEach((name, component) -> duplicates.put(name, component.duplicate()));
    return new WrittenRecord(duplicates);
  }

  @Override
  public SerializerSnapshot snapshot() {
    Map<String, SerializerSnapshot> snapshots = new LinkedHashMap<>();
    components.forEach((name, component) -> snapshots.put(name, component.snapshot()));
    return new SerializerSnapshot("record", 1, Map.of("class", "earlier.Order"), snapshots);
  }
}
