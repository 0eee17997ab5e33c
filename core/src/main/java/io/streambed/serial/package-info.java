/**
 * How objects become bytes and back: serializers, their written configuration, and whether a new
 * configuration can read an old one's bytes.
 *
 * <p>Reading order: {@link io.streambed.serial.Serializer}, {@link
 * io.streambed.serial.SerializerSnapshot}, {@link io.streambed.serial.Compatibility}, then the
 * built-in ones in {@link io.streambed.serial.Serializers}; for types that change, the annotations
 * {@link io.streambed.serial.Alias}, {@link io.streambed.serial.DefaultValue} and {@link
 * io.streambed.serial.Removed}. Threading: one thread per serializer; {@link
 * io.streambed.serial.Serializer#duplicate()} gives another thread its own. Imports: bytes, error.
 */
package io.streambed.serial;
