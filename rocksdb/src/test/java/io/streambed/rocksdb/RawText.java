package io.streambed.rocksdb;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.serial.Compatibility;
import io.streambed.serial.KeyHasher;
import io.streambed.serial.Serializer;
import io.streambed.serial.SerializerSnapshot;
import io.streambed.serial.Serializers;
import java.nio.charset.StandardCharsets;

/** Text as its bytes alone: those of one text may begin with all of another's. */
final class RawText implements Serializer<String> {
  private static final Serializer<String> SIZED = Serializers.strings();

  @Override
  public void write(String value, ByteWriter out) {
    out.writeBytes(value.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String read(ByteReader in) {
    return new String(in.readBytes(in.remaining()), StandardCharsets.UTF_8);
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
  public KeyHasher<String> keyHasher() {
    return SIZED.keyHasher();
  }

  @Override
  public SerializerSnapshot snapshot() {
    return SIZED.snapshot();
  }

  @Override
  public Compatibility<String> resolve(SerializerSnapshot written) {
    return new Compatibility.AsIs<>();
  }
}
