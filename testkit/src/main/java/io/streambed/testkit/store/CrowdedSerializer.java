package io.streambed.testkit.store;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.MalformedDataException;
import io.streambed.serial.KeyHasher;
import io.streambed.serial.Serializer;
import io.streambed.serial.SerializerSnapshot;
import java.util.Map;

/**
 * Serializes {@link Crowded}, of one role, with few different hashes.
 *
 * @param role the only role allowed
 * @param hashes how many hashes there are
 */
record CrowdedSerializer(String role, int hashes)
    implements Serializer<Crowded>, KeyHasher<Crowded> {

  @Override
  public void write(Crowded value, ByteWriter out) {
    checkRole(value);
    out.writeVarInt(value.id());
  }

  private void checkRole(Crowded value) {
    if (!value.role().equals(role)) {
      throw new MalformedDataException(value + " where a " + role + " belongs");
    }
  }

  @Override
  public Crowded read(ByteReader in) {
    return new Crowded(role, in.readVarInt());
  }

  @Override
  public Crowded copy(Crowded value) {
    return value;
  }

  @Override
  public boolean immutable() {
    return true;
  }

  @Override
  public Serializer<Crowded> duplicate() {
    return this;
  }

  @Override
  public KeyHasher<Crowded> keyHasher() {
    return this;
  }

  @Override
  public int hash(Crowded key) {
    checkRole(key);
    return key.id() % hashes;
  }

  @Override
  public SerializerSnapshot snapshot() {
    return new SerializerSnapshot("crowded", 1, Map.of("role", role), Map.of());
  }
}
