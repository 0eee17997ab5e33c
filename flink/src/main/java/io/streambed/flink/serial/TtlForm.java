package io.streambed.flink.serial;

import io.streambed.serial.SerializerSnapshot;
import java.lang.reflect.Field;
import org.apache.flink.api.common.typeutils.CompositeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.runtime.state.ttl.TtlStateFactory.TtlSerializer;
import org.apache.flink.runtime.state.ttl.TtlStateFactory.TtlSerializerSnapshot;
import org.apache.flink.runtime.state.ttl.TtlValue;

/**
 * Flink's form of a value under TTL: a pair of the timestamp, as eight bytes, and the value. The
 * stores keep the two apart, so they need the serializer of the value alone.
 */
public final class TtlForm {
  /** The timestamp's bytes in front of the value's. */
  public static final int STAMP_BYTES = Long.BYTES;

  private static final int VALUE = 1;

  private TtlForm() {}

  /**
   * Whether a serializer is that of Flink's pairs.
   *
   * @param serializer of values, list elements, map values or accumulators
   * @return true if so
   */
  public static boolean isPair(TypeSerializer<?> serializer) {
    return serializer instanceof TtlSerializer;
  }

  /**
   * The serializer of Flink's pairs.
   *
   * @param value of the value alone
   * @param <V> the type of the value
   * @return a new serializer
   */
  public static <V> TypeSerializer<TtlValue<V>> pair(TypeSerializer<V> value) {
    return new TtlSerializer<>(LongSerializer.INSTANCE, value);
  }

  /**
   * The serializer of the value alone.
   *
   * @param pair that of Flink's pairs
   * @param <V> the type of the value
   * @return the one that the job gave
   */
  @SuppressWarnings("unchecked")
  public static <V> TypeSerializer<V> value(TypeSerializer<?> pair) {
    // Flink has no public way to it but the serializer's snapshot, and what that restores may be
    // another serializer than the job's: its own settings may be missing in it.
    try {
      Field fields = CompositeSerializer.class.getDeclaredField("fieldSerializers");
      fields.setAccessible(true);
      return (TypeSerializer<V>) ((TypeSerializer<?>[]) fields.get(pair))[VALUE];
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "This version of Flink keeps the serializer of a value under TTL in another place than"
              + " version 2.3: use the Streambed plugin that was built for it.",
          e);
    }
  }

  /**
   * The snapshot of the serializer of the value alone.
   *
   * @param written the snapshot of a serializer
   * @param userClasses the job's class loader
   * @return null if it is not that of Flink's pairs
   * @throws io.streambed.error.IncompatibleStateException if it is and cannot be read
   */
  public static SerializerSnapshot value(SerializerSnapshot written, ClassLoader userClasses) {
    if (!FlinkSnapshots.className(written).equals(TtlSerializerSnapshot.class.getName())) {
      return null;
    }
    TypeSerializerSnapshot<?> pair = FlinkSnapshots.unwrapOrKeep(written, userClasses);
    return FlinkSnapshots.wrap(
        pair instanceof TtlSerializerSnapshot<?> read
            ? read.getValueSerializerSnapshot()
            : FlinkSnapshots.nested((KeptSnapshot) pair, VALUE, userClasses));
  }
}
