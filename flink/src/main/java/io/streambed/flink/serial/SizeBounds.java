package io.streambed.flink.serial;

import io.streambed.serial.SizeBound;
import java.util.Map;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.api.common.typeutils.base.array.BooleanPrimitiveArraySerializer;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.api.common.typeutils.base.array.CharPrimitiveArraySerializer;
import org.apache.flink.api.common.typeutils.base.array.DoublePrimitiveArraySerializer;
import org.apache.flink.api.common.typeutils.base.array.FloatPrimitiveArraySerializer;
import org.apache.flink.api.common.typeutils.base.array.IntPrimitiveArraySerializer;
import org.apache.flink.api.common.typeutils.base.array.LongPrimitiveArraySerializer;
import org.apache.flink.api.common.typeutils.base.array.ShortPrimitiveArraySerializer;

/** The bounds of what Flink's serializers write, where a length tells them. */
final class SizeBounds {
  /** Flink writes a char in one to three bytes. */
  private static final int BYTES_PER_CHAR = 3;

  private static final Map<Class<?>, SizeBound<?>> BOUNDS =
      Map.of(
          StringSerializer.class, SizeBound.ofText(BYTES_PER_CHAR),
          BooleanPrimitiveArraySerializer.class,
              SizeBound.<boolean[]>of(array -> array(array.length, Byte.BYTES)),
          BytePrimitiveArraySerializer.class,
              SizeBound.<byte[]>of(array -> array(array.length, Byte.BYTES)),
          ShortPrimitiveArraySerializer.class,
              SizeBound.<short[]>of(array -> array(array.length, Short.BYTES)),
          CharPrimitiveArraySerializer.class,
              SizeBound.<char[]>of(array -> array(array.length, Character.BYTES)),
          IntPrimitiveArraySerializer.class,
              SizeBound.<int[]>of(array -> array(array.length, Integer.BYTES)),
          FloatPrimitiveArraySerializer.class,
              SizeBound.<float[]>of(array -> array(array.length, Float.BYTES)),
          LongPrimitiveArraySerializer.class,
              SizeBound.<long[]>of(array -> array(array.length, Long.BYTES)),
          DoublePrimitiveArraySerializer.class,
              SizeBound.<double[]>of(array -> array(array.length, Double.BYTES)));

  private SizeBounds() {}

  /** The bound of a serializer's values, or null if only writing tells. */
  @SuppressWarnings("unchecked")
  static <T> SizeBound<T> of(TypeSerializer<T> serializer) {
    return (SizeBound<T>) BOUNDS.get(serializer.getClass());
  }

  private static long array(int length, int elementBytes) {
    return Integer.BYTES + (long) elementBytes * length;
  }
}
