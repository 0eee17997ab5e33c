/**
 * The bridge from Flink's serializers to Streambed's: bytes, copies and schema compatibility are
 * those of the {@code TypeSerializer}.
 *
 * <p><b>Reading order.</b> {@link io.streambed.flink.serial.SerializerBridge} makes serializers,
 * {@link io.streambed.flink.serial.FlinkSnapshots} keeps Flink's serializer snapshots in
 * Streambed's schema.
 *
 * <p><b>Threading.</b> As {@link io.streambed.serial.Serializer} says: one thread at a time, a
 * duplicate for another.
 *
 * <p><b>Imports.</b> core's serial, bytes, error; Flink's serializers.
 */
package io.streambed.flink.serial;
