package io.streambed.serial;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Optionals of another type's values.
 *
 * <pre>
 * optional := 0:1 | 1:1 value
 * </pre>
 *
 * The bytes are those of the nullable value, which does the work. Values that were written without
 * the Optional, nullable or not, migrate: null becomes an empty Optional.
 */
final class OptionalSerializer<T> implements Serializer<Optional<T>> {
  private final Serializer<T> value;
  private final Serializer<T> nullable;

  OptionalSerializer(Serializer<T> value) {
    this.value = value;
    this.nullable = Serializers.nullable(value);
  }

  @Override
  public void write(Optional<T> optional, ByteWriter out) {
    nullable.write(Nulls.present(optional, "optional").orElse(null), out);
  }

  @Override
  public Optional<T> read(ByteReader in) {
    return Optional.ofNullable(nullable.read(in));
  }

  @Override
  public Optional<T> copy(Optional<T> optional) {
    return immutable() ? optional : optional.map(value::copy);
  }

  @Override
  public boolean immutable() {
    return value.immutable();
  }

  @Override
  public Serializer<Optional<T>> duplicate() {
    Serializer<T> duplicate = value.duplicate();
    return duplicate == value ? this : new OptionalSerializer<>(duplicate);
  }

  @Override
  public SizeBound<Optional<T>> sizeBound() {
    SizeBound<T> bound = nullable.sizeBound();
    return bound == null ? null : SizeBound.of(optional -> bound.of(optional.orElse(null)));
  }

  /** 0 for an empty one, else the value's. */
  @Override
  public KeyHasher<Optional<T>> keyHasher() {
    KeyHasher<T> hasher = nullable.keyHasher();
    return hasher == null ? null : key -> hasher.hash(key.orElse(null));
  }

  @Override
  public SerializerSnapshot snapshot() {
    return new SerializerSnapshot("optional", 1, Map.of(), Map.of("value", value.snapshot()));
  }

  @Override
  @SuppressWarnings("unchecked")
  public Compatibility<Optional<T>> resolve(SerializerSnapshot written) {
    if (Parts.sameType(written, snapshot())) {
      return Parts.resolve(
          this,
          written,
          List.of(value),
          readers -> new OptionalSerializer<>((Serializer<T>) readers.get(0)));
    }
    Compatibility<T> answer = nullable.resolve(written);
    if (answer instanceof Compatibility.Incompatible<T> no) {
      return Compatibility.incompatible(no.reason());
    }
    Serializer<T> reader =
        answer instanceof Compatibility.Migrate<T> migrate ? migrate.reader() : nullable;
    return Compatibility.migrate(new Converted<>(reader, Optional::ofNullable, this));
  }

  @Override
  public String toString() {
    return snapshot().toString();
  }
}
