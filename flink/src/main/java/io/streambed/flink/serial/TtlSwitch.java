package io.streambed.flink.serial;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.serial.Serializer;
import io.streambed.serial.SerializerSnapshot;
import org.apache.flink.runtime.state.ttl.TtlTimeProvider;
import org.apache.flink.runtime.state.ttl.TtlValue;

/**
 * Reads values that were written without TTL and gives them the time of reading, or strips those
 * that were written with it.
 */
final class TtlSwitch<T> implements Serializer<T> {
  private final Serializer<T> written;
  private final boolean on;
  private final TtlTimeProvider time;

  TtlSwitch(Serializer<T> written, boolean on, TtlTimeProvider time) {
    this.written = written;
    this.on = on;
    this.time = time;
  }

  @Override
  @SuppressWarnings("unchecked")
  public T read(ByteReader in) {
    T value = written.read(in);
    return on
        ? (T) new TtlValue<>(value, time.currentTimestamp())
        : ((TtlValue<T>) value).getUserValue();
  }

  @Override
  public void write(T value, ByteWriter out) {
    throw new UnsupportedOperationException("migration only reads");
  }

  @Override
  public T copy(T value) {
    throw new UnsupportedOperationException("migration only reads");
  }

  @Override
  public boolean immutable() {
    return false;
  }

  @Override
  public Serializer<T> duplicate() {
    return new TtlSwitch<>(written.duplicate(), on, time);
  }

  @Override
  public SerializerSnapshot snapshot() {
    return written.snapshot();
  }
}
