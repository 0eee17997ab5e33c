package io.streambed.flink.serial;

import io.streambed.serial.Compatibility;
import io.streambed.serial.Serializer;
import io.streambed.serial.SerializerSnapshot;
import java.util.function.Supplier;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;

/**
 * The schema side of one of Flink's serializers: its snapshot, and what it can take over.
 *
 * @param bridge what made it
 * @param serializer Flink's
 * @param role what it serves
 */
record FlinkSchema<T>(SerializerBridge bridge, TypeSerializer<T> serializer, Role role) {
  /** What a serializer serves. */
  enum Role {
    /** What tells entries apart: it cannot migrate. */
    KEY,
    /** Values, which may come from a checkpoint. */
    VALUE,
    /** Values of a state that is open: they are there already, and were read before. */
    LIVE_VALUE
  }

  FlinkSchema<T> duplicate() {
    return new FlinkSchema<>(bridge, serializer.duplicate(), role);
  }

  SerializerSnapshot snapshot() {
    return frozenSnapshot().get();
  }

  /** Some of Flink's serializers add to their configuration as they meet values. */
  Supplier<SerializerSnapshot> frozenSnapshot() {
    TypeSerializerSnapshot<T> now = serializer.snapshotConfiguration();
    return () -> FlinkSnapshots.wrap(now);
  }

  /** Flink's answer. */
  TypeSerializerSchemaCompatibility<T> compare(SerializerSnapshot written) {
    TypeSerializerSnapshot<T> old = FlinkSnapshots.unwrap(written, bridge.userClasses());
    return serializer.snapshotConfiguration().resolveSchemaCompatibility(old);
  }

  Compatibility<T> resolve(SerializerSnapshot written) {
    TypeSerializerSchemaCompatibility<T> answer = compare(written);
    if (answer.isIncompatible()) {
      return Compatibility.incompatible(
          "the serializer " + serializer.getClass().getName() + " cannot read what was written");
    }
    boolean sameBytes = !answer.isCompatibleAfterMigration();
    if (role == Role.KEY) {
      // Reconfigured means other settings over the same bytes; migrated keys would lie elsewhere.
      return sameBytes
          ? Compatibility.asIs()
          : Compatibility.incompatible("it tells entries apart, and only values can migrate");
    }
    return sameBytes && (role == Role.LIVE_VALUE || snapshot().equals(written))
        ? Compatibility.asIs()
        : Compatibility.migrate(reader(written));
  }

  /**
   * What wrote the values reads them best, be the new serializer able to: where that reads by other
   * settings, it may fail at values that it would write differently.
   */
  private Serializer<T> reader(SerializerSnapshot written) {
    TypeSerializer<T> old = bridge.restored(written);
    return new FlinkSerializer<>(new FlinkSchema<>(bridge, old, Role.VALUE));
  }
}
