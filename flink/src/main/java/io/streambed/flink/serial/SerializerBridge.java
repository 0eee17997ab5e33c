package io.streambed.flink.serial;

import io.streambed.flink.serial.FlinkSchema.Role;
import io.streambed.serial.Serializer;
import io.streambed.serial.SerializerSnapshot;
import io.streambed.serial.Serializers;
import java.util.Map;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.base.BooleanSerializer;
import org.apache.flink.api.common.typeutils.base.ByteSerializer;
import org.apache.flink.api.common.typeutils.base.CharSerializer;
import org.apache.flink.api.common.typeutils.base.DoubleSerializer;
import org.apache.flink.api.common.typeutils.base.FloatSerializer;
import org.apache.flink.api.common.typeutils.base.IntSerializer;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.api.common.typeutils.base.ShortSerializer;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.runtime.state.ttl.TtlTimeProvider;

/**
 * Makes Streambed's serializers of Flink's. Where a core codec writes the very same bytes it does
 * the work, so that stores can keep such values unboxed; the schema stays Flink's all the same.
 *
 * <p>Flink's void namespace is one byte in Flink's own forms and none at all here.
 *
 * @param userClasses the job's class loader, for serializers restored from a checkpoint
 * @param time gives the timestamp of values that had none when TTL was switched on, and tells when
 *     values expire
 */
public record SerializerBridge(ClassLoader userClasses, TtlTimeProvider time) {
  private static final Map<Class<?>, Serializer<?>> CODECS =
      Map.of(
          LongSerializer.class, Serializers.longs(),
          IntSerializer.class, Serializers.ints(),
          ShortSerializer.class, Serializers.shorts(),
          ByteSerializer.class, Serializers.bytes(),
          BooleanSerializer.class, Serializers.booleans(),
          CharSerializer.class, Serializers.chars(),
          FloatSerializer.class, Serializers.floats(),
          DoubleSerializer.class, Serializers.doubles(),
          VoidNamespaceSerializer.class, new SoleValue<>(VoidNamespace.INSTANCE));

  /**
   * A serializer of values: list elements, map values, accumulators, timers.
   *
   * @param serializer Flink's
   * @param <T> the type of the values
   * @return a serializer that may take over what another one wrote by migration
   */
  public <T> Serializer<T> values(TypeSerializer<T> serializer) {
    return bridge(new FlinkSchema<>(this, serializer, Role.VALUE));
  }

  /**
   * A serializer for a state that is open with another one: where both write the same bytes, it
   * takes over without reading anything.
   *
   * @param serializer Flink's
   * @param <T> the type of the values
   * @return as {@link #values}, but for that
   */
  public <T> Serializer<T> liveValues(TypeSerializer<T> serializer) {
    return bridge(new FlinkSchema<>(this, serializer, Role.LIVE_VALUE));
  }

  /**
   * A serializer of what tells entries apart: keys, namespaces, user keys.
   *
   * @param serializer Flink's
   * @param <T> the type of the keys
   * @return a serializer that takes over what was written only if the bytes stay the same
   */
  public <T> Serializer<T> keys(TypeSerializer<T> serializer) {
    return bridge(new FlinkSchema<>(this, serializer, Role.KEY));
  }

  private static <T> Serializer<T> bridge(FlinkSchema<T> schema) {
    @SuppressWarnings("unchecked")
    Serializer<T> codec = (Serializer<T>) CODECS.get(schema.serializer().getClass());
    return codec != null ? new CodecSerializer<>(schema, codec) : new FlinkSerializer<>(schema);
  }

  /**
   * The serializer that wrote some state, as far as its snapshot brings it back.
   *
   * @param written from a checkpoint's schema
   * @param <T> the type of the values
   * @return a new serializer
   * @throws io.streambed.error.IncompatibleStateException if the snapshot cannot be read
   */
  public <T> TypeSerializer<T> restored(SerializerSnapshot written) {
    return FlinkSnapshots.<T>unwrap(written, userClasses).restoreSerializer();
  }

  /**
   * As {@link #restored}; if its classes are gone, one that only tells its snapshot, to be written
   * down again.
   *
   * @param written from a checkpoint's schema
   * @return a new serializer
   * @throws io.streambed.error.IncompatibleStateException if the snapshot is damaged
   */
  public TypeSerializer<?> restoredOrKept(SerializerSnapshot written) {
    return FlinkSnapshots.unwrapOrKeep(written, userClasses).restoreSerializer();
  }

  /**
   * Whether {@link #restoredOrKept} has restored a serializer.
   *
   * @param serializer what it gave
   * @return false if it can only be written down
   */
  public static boolean isUsable(TypeSerializer<?> serializer) {
    return !(serializer instanceof KeptSerializer);
  }

  /**
   * The serializer to register for restored state: the requested one, or that which Flink makes of
   * it where it can be reconfigured.
   *
   * @param requested what the job asks for
   * @param written what the checkpoint says
   * @param <T> the type of the values
   * @return the requested one or its reconfigured form; whether it fits is for {@link
   *     Serializer#resolve}
   */
  public <T> TypeSerializer<T> reconfigured(
      TypeSerializer<T> requested, SerializerSnapshot written) {
    var answer = new FlinkSchema<>(this, requested, Role.VALUE).compare(written);
    return answer.isCompatibleWithReconfiguredSerializer()
        ? answer.getReconfiguredSerializer()
        : requested;
  }
}
