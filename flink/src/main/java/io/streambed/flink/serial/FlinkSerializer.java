package io.streambed.flink.serial;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.serial.Compatibility;
import io.streambed.serial.KeyHasher;
import io.streambed.serial.Serializer;
import io.streambed.serial.SerializerSnapshot;
import io.streambed.serial.SizeBound;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Supplier;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * Any of Flink's serializers, through Flink's own buffers: a third class of output or input would
 * make string and tuple serialization slower in the whole process.
 */
final class FlinkSerializer<T> implements Serializer<T> {
  private static final int FIRST_BUFFER_BYTES = 64;

  private final FlinkSchema<T> schema;
  private final TypeSerializer<T> serializer;
  private DataOutputSerializer out = new DataOutputSerializer(FIRST_BUFFER_BYTES);
  private final DataInputDeserializer in = new DataInputDeserializer();
  private final ByteView view = new ByteView();

  FlinkSerializer(FlinkSchema<T> schema) {
    this.schema = schema;
    this.serializer = schema.serializer();
  }

  @Override
  public ByteView encode(T value, ByteWriter scratch) {
    out.clear();
    try {
      serializer.serialize(value, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    byte[] buffer = out.getSharedBuffer();
    int length = out.length();
    if (buffer.length > ByteWriter.KEPT_BYTES) {
      // It lives as long as the caller's view of it: the next value may never come.
      out = new DataOutputSerializer(FIRST_BUFFER_BYTES);
      return new ByteView().set(buffer, 0, length);
    }
    return view.set(buffer, 0, length);
  }

  @Override
  public void write(T value, ByteWriter target) {
    target.writeBytes(encode(value, target));
  }

  @Override
  public T read(ByteReader source) {
    int available = source.remaining();
    in.setBuffer(source.array(), source.position(), available);
    try {
      T value = serializer.deserialize(in);
      source.skip(available - in.available());
      return value;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      // Else the bytes last read, perhaps a whole key group's, would live as long as this.
      in.releaseArrays();
    }
  }

  @Override
  public T copy(T value) {
    return serializer.copy(value);
  }

  @Override
  public boolean immutable() {
    return serializer.isImmutableType();
  }

  @Override
  public Serializer<T> duplicate() {
    return new FlinkSerializer<>(schema.duplicate());
  }

  @Override
  public SizeBound<T> sizeBound() {
    return SizeBounds.of(serializer);
  }

  /**
   * Flink keeps keys and values as objects and compares them by {@code equals}: its serializers,
   * above all those of Kryo, may write equal values differently and give one object twice.
   */
  @Override
  public boolean bridge() {
    return true;
  }

  /** Flink's choice: keys find their key group by {@code hashCode()}. */
  @Override
  public KeyHasher<T> keyHasher() {
    return Object::hashCode;
  }

  @Override
  public SerializerSnapshot snapshot() {
    return schema.snapshot();
  }

  @Override
  public Supplier<SerializerSnapshot> frozenSnapshot() {
    return schema.frozenSnapshot();
  }

  @Override
  public Compatibility<T> resolve(SerializerSnapshot written) {
    return schema.resolve(written);
  }

  @Override
  public String toString() {
    return serializer.getClass().getName();
  }
}
