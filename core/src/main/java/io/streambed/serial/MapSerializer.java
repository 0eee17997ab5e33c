package io.streambed.serial;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.MalformedDataException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Maps, read as {@link LinkedHashMap} in the order written. No key: equal maps differ in order.
 *
 * <pre>
 * map := count:varint { key value }
 * </pre>
 */
final class MapSerializer<K, V> implements Serializer<Map<K, V>> {
  private final Serializer<K> key;
  private final Serializer<V> value;
  private final int minEntryBytes;

  MapSerializer(Serializer<K> key, Serializer<V> value) {
    this.key = key;
    this.value = value;
    this.minEntryBytes = Parts.minBytes(key) + Parts.minBytes(value);
  }

  /** A table that takes so many entries without growing. */
  static int capacity(int size) {
    return (int) Math.min(1 << 30, size * 4L / 3 + 1);
  }

  @Override
  public void write(Map<K, V> map, ByteWriter out) {
    int count = Nulls.present(map, "map").size();
    out.writeVarInt(count);
    int from = out.position();
    for (Map.Entry<K, V> entry : map.entrySet()) {
      Parts.writeElement(key, entry.getKey(), out, "a key of a map");
      Parts.writeElement(value, entry.getValue(), out, "a value of a map");
    }
    Parts.checkWritten(out, from, count, minEntryBytes, "map");
  }

  @Override
  public Map<K, V> read(ByteReader in) {
    int count = in.readCount(minEntryBytes);
    Map<K, V> map = new LinkedHashMap<>(capacity(count));
    for (int i = 0; i < count; i++) {
      K entryKey = key.read(in);
      map.put(entryKey, value.read(in));
      if (map.size() != i + 1) {
        throw new MalformedDataException("a map holds two equal keys");
      }
    }
    return map;
  }

  @Override
  public Map<K, V> copy(Map<K, V> map) {
    Map<K, V> copy = new LinkedHashMap<>(capacity(map.size()));
    map.forEach((k, v) -> copy.put(key.copy(k), value.copy(v)));
    return copy;
  }

  @Override
  public boolean immutable() {
    return false;
  }

  @Override
  public Serializer<Map<K, V>> duplicate() {
    Serializer<K> otherKey = key.duplicate();
    Serializer<V> otherValue = value.duplicate();
    return otherKey == key && otherValue == value
        ? this
        : new MapSerializer<>(otherKey, otherValue);
  }

  @Override
  public SizeBound<Map<K, V>> sizeBound() {
    int keyBytes = key.fixedLength();
    int valueBytes = value.fixedLength();
    return keyBytes < 0 || valueBytes < 0
        ? null
        : SizeBound.of(map -> SizeBound.LENGTH_BYTES + ((long) keyBytes + valueBytes) * map.size());
  }

  @Override
  public SerializerSnapshot snapshot() {
    Map<String, SerializerSnapshot> parts = new LinkedHashMap<>();
    parts.put("key", key.snapshot());
    parts.put("value", value.snapshot());
    return new SerializerSnapshot("map", 1, Map.of(), parts);
  }

  @Override
  @SuppressWarnings("unchecked")
  public Compatibility<Map<K, V>> resolve(SerializerSnapshot written) {
    return Parts.resolve(
        this,
        written,
        List.of(key, value),
        readers ->
            new MapSerializer<>((Serializer<K>) readers.get(0), (Serializer<V>) readers.get(1)));
  }

  @Override
  public String toString() {
    return snapshot().toString();
  }
}
