package io.streambed.serial;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import java.util.List;
import java.util.Map;

/**
 * Another type's values, or null.
 *
 * <pre>
 * nullable := 0:1 | 1:1 value
 * </pre>
 */
final class NullableSerializer<T> implements Serializer<T> {
  private final Serializer<T> value;

  NullableSerializer(Serializer<T> value) {
    this.value = value;
  }

  @Override
  public void write(T object, ByteWriter out) {
    out.writeBoolean(object != null);
    if (object != null) {
      value.write(object, out);
    }
  }

  @Override
  public T read(ByteReader in) {
    return in.readBoolean() ? value.read(in) : null;
  }

  @Override
  public T copy(T object) {
    return object == null ? null : value.copy(object);
  }

  @Override
  public boolean immutable() {
    return value.immutable();
  }

  @Override
  public Serializer<T> duplicate() {
    Serializer<T> duplicate = value.duplicate();
    return duplicate == value ? this : new NullableSerializer<>(duplicate);
  }

  @Override
  public SizeBound<T> sizeBound() {
    SizeBound<T> bound = Parts.boundOf(value);
    return bound == null ? null : SizeBound.of(object -> object == null ? 1 : 1 + bound.of(object));
  }

  /** 0 for null, else the value's. */
  @Override
  public KeyHasher<T> keyHasher() {
    KeyHasher<T> hasher = value.keyHasher();
    return hasher == null ? null : key -> key == null ? 0 : hasher.hash(key);
  }

  @Override
  public SerializerSnapshot snapshot() {
    return new SerializerSnapshot("nullable", 1, Map.of(), Map.of("value", value.snapshot()));
  }

  @Override
  @SuppressWarnings("unchecked")
  public Compatibility<T> resolve(SerializerSnapshot written) {
    if (Parts.sameType(written, snapshot())) {
      return Parts.resolve(
          this,
          written,
          List.of(value),
          readers -> new NullableSerializer<>((Serializer<T>) readers.get(0)));
    }
    // What was written without the flag is never null: the value's own reader takes it.
    Compatibility<T> answer = value.resolve(written);
    return answer instanceof Compatibility.AsIs<T> ? Compatibility.migrate(value) : answer;
  }

  @Override
  public String toString() {
    return snapshot().toString();
  }
}
