package io.streambed.serial;

/** What the serializers of unchangeable values without parts have in common. */
abstract class Scalar<T> implements Serializer<T>, KeyHasher<T> {
  private final SerializerSnapshot snapshot;
  private final int fixedLength;

  Scalar(String type, int fixedLength) {
    this(SerializerSnapshot.of(type), fixedLength);
  }

  Scalar(SerializerSnapshot snapshot, int fixedLength) {
    this.snapshot = snapshot;
    this.fixedLength = fixedLength;
  }

  final T present(T value) {
    return Nulls.present(value, snapshot.type());
  }

  /** A reader of a narrower type's bytes, or null if that type does not widen to this one. */
  Serializer<T> widen(String narrower) {
    return null;
  }

  @Override
  public final T copy(T value) {
    return value;
  }

  @Override
  public final boolean immutable() {
    return true;
  }

  @Override
  public final Serializer<T> duplicate() {
    return this;
  }

  @Override
  public final int fixedLength() {
    return fixedLength;
  }

  @Override
  public final KeyHasher<T> keyHasher() {
    return this;
  }

  @Override
  public final SerializerSnapshot snapshot() {
    return snapshot;
  }

  @Override
  public Compatibility<T> resolve(SerializerSnapshot written) {
    if (snapshot.equals(written)) {
      return Compatibility.asIs();
    }
    Serializer<T> reader =
        SerializerSnapshot.of(written.type()).equals(written) ? widen(written.type()) : null;
    return reader != null ? Compatibility.migrate(reader) : Parts.changed(written, snapshot);
  }

  @Override
  public final String toString() {
    return snapshot.toString();
  }
}
