package io.streambed.flink.serial;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.serial.Compatibility;
import io.streambed.serial.KeyHasher;
import io.streambed.serial.LongLane;
import io.streambed.serial.Serializer;
import io.streambed.serial.SerializerSnapshot;

/** A core codec in the place of one of Flink's serializers that writes the same bytes. */
final class CodecSerializer<T> implements Serializer<T> {
  private final FlinkSchema<T> schema;
  private final Serializer<T> codec;
  private final SerializerSnapshot snapshot;

  CodecSerializer(FlinkSchema<T> schema, Serializer<T> codec) {
    this.schema = schema;
    this.codec = codec;
    this.snapshot = schema.snapshot();
  }

  @Override
  public void write(T value, ByteWriter out) {
    codec.write(value, out);
  }

  @Override
  public ByteView encode(T value, ByteWriter scratch) {
    return codec.encode(value, scratch);
  }

  @Override
  public T read(ByteReader in) {
    return codec.read(in);
  }

  @Override
  public T copy(T value) {
    return value;
  }

  @Override
  public boolean immutable() {
    return true;
  }

  /** Neither the codecs nor Flink's serializers of the same types keep anything between calls. */
  @Override
  public Serializer<T> duplicate() {
    return this;
  }

  @Override
  public int fixedLength() {
    return codec.fixedLength();
  }

  @Override
  public LongLane<T> longLane() {
    return codec.longLane();
  }

  /** The codecs' hashes are Java's, and so those that Flink assigns keys by. */
  @Override
  public KeyHasher<T> keyHasher() {
    return codec.keyHasher();
  }

  @Override
  public SerializerSnapshot snapshot() {
    return snapshot;
  }

  @Override
  public Compatibility<T> resolve(SerializerSnapshot written) {
    return snapshot.equals(written) ? Compatibility.asIs() : schema.resolve(written);
  }

  @Override
  public String toString() {
    return schema.serializer().getClass().getName();
  }
}
