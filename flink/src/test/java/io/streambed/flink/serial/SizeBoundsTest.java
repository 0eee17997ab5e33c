package io.streambed.flink.serial;

import static org.assertj.core.api.Assertions.assertThat;

import io.streambed.serial.SizeBound;
import java.util.List;
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
import org.apache.flink.api.common.typeutils.base.array.StringArraySerializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

class SizeBoundsTest {
  @Test
  void of_textAndArraysOfPrimitives_isAtLeastWhatFlinkWrites() throws Exception {
    for (String text : List.of("", "abc", "x".repeat(200), "\uFFFF".repeat(20_000), "\uD83D")) {
      assertBound(StringSerializer.INSTANCE, text);
    }
    assertBound(BooleanPrimitiveArraySerializer.INSTANCE, new boolean[7]);
    assertBound(BytePrimitiveArraySerializer.INSTANCE, new byte[7]);
    assertBound(ShortPrimitiveArraySerializer.INSTANCE, new short[7]);
    assertBound(CharPrimitiveArraySerializer.INSTANCE, new char[7]);
    assertBound(IntPrimitiveArraySerializer.INSTANCE, new int[7]);
    assertBound(FloatPrimitiveArraySerializer.INSTANCE, new float[7]);
    assertBound(LongPrimitiveArraySerializer.INSTANCE, new long[7]);
    assertBound(DoublePrimitiveArraySerializer.INSTANCE, new double[7]);
  }

  private static <T> void assertBound(TypeSerializer<T> serializer, T value) throws Exception {
    DataOutputSerializer out = new DataOutputSerializer(16);
    serializer.serialize(value, out);
    SizeBound<T> bound = SizeBounds.of(serializer);
    assertThat(bound.of(value)).isBetween((long) out.length(), 3L * out.length() + 8);
  }

  @Test
  void of_whatOnlyWritingTells_isNone() {
    assertThat(SizeBounds.of(StringArraySerializer.INSTANCE)).isNull();
  }
}
