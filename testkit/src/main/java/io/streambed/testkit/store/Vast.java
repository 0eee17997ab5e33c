package io.streambed.testkit.store;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.entry.Limits;
import io.streambed.serial.Serializer;
import io.streambed.serial.SerializerSnapshot;
import io.streambed.serial.Serializers;
import io.streambed.serial.SizeBound;

/**
 * Text, of which one claims to have more bytes than the limit of values: the size of a gigabyte
 * without its weight. A store that looks at the claimed bytes fails.
 *
 * @param bounded whether the size is known without writing
 */
record Vast(boolean bounded) implements Serializer<String> {
  static final String TOO_LARGE = "too large";

  private static final int BYTES = Limits.MAX_VALUE_BYTES + 1;

  @Override
  public void write(String value, ByteWriter out) {
    Serializers.strings().write(value, out);
  }

  @Override
  public ByteView encode(String value, ByteWriter scratch) {
    return value.equals(TOO_LARGE)
        ? new ByteView().set(new byte[0], 0, BYTES)
        : Serializer.super.encode(value, scratch);
  }

  @Override
  public SizeBound<String> sizeBound() {
    return bounded ? SizeBound.of(value -> value.equals(TOO_LARGE) ? BYTES : 20) : null;
  }

  @Override
  public String read(ByteReader in) {
    return Serializers.strings().read(in);
  }

  @Override
  public String copy(String value) {
    return value;
  }

  @Override
  public boolean immutable() {
    return true;
  }

  @Override
  public Serializer<String> duplicate() {
    return this;
  }

  @Override
  public SerializerSnapshot snapshot() {
    return SerializerSnapshot.of("io.streambed.testkit.vast");
  }
}
