package io.streambed.flink.serial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.IncompatibleStateException;
import io.streambed.serial.Compatibility;
import io.streambed.serial.LongLane;
import io.streambed.serial.Serializer;
import io.streambed.serial.SerializerSnapshot;
import io.streambed.serial.Serializers;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.base.BooleanSerializer;
import org.apache.flink.api.common.typeutils.base.ByteSerializer;
import org.apache.flink.api.common.typeutils.base.CharSerializer;
import org.apache.flink.api.common.typeutils.base.DoubleSerializer;
import org.apache.flink.api.common.typeutils.base.FloatSerializer;
import org.apache.flink.api.common.typeutils.base.IntSerializer;
import org.apache.flink.api.common.typeutils.base.ListSerializer;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.api.common.typeutils.base.ShortSerializer;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.runtime.state.ttl.TtlValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SerializerBridgeTest {
  private static final long NOW = 4711;

  private final SerializerBridge bridge =
      new SerializerBridge(getClass().getClassLoader(), () -> NOW);

  static Stream<Arguments> numbers() {
    return Stream.of(
        Arguments.of(LongSerializer.INSTANCE, List.of(0L, -1L, Long.MIN_VALUE, Long.MAX_VALUE)),
        Arguments.of(IntSerializer.INSTANCE, List.of(0, -1, Integer.MIN_VALUE, 77)),
        Arguments.of(ShortSerializer.INSTANCE, List.of((short) 0, (short) -1, Short.MAX_VALUE)),
        Arguments.of(ByteSerializer.INSTANCE, List.of((byte) 0, (byte) -1, Byte.MIN_VALUE)),
        Arguments.of(BooleanSerializer.INSTANCE, List.of(true, false)),
        Arguments.of(CharSerializer.INSTANCE, List.of('a', '\u0000', '\uffff')),
        Arguments.of(FloatSerializer.INSTANCE, List.of(0f, -0f, Float.NaN, 1.5f)),
        Arguments.of(DoubleSerializer.INSTANCE, List.of(0d, -0d, Double.NaN, -1e300)));
  }

  @ParameterizedTest
  @MethodSource("numbers")
  <T> void codec_anyNumber_hasFlinksBytesHashAndALane(TypeSerializer<T> flink, List<T> values)
      throws IOException {
    Serializer<T> serializer = bridge.keys(flink);
    LongLane<T> lane = serializer.longLane();

    for (T value : values) {
      byte[] bytes = encode(serializer, value);
      assertThat(bytes).isEqualTo(flinkBytes(flink, value)).hasSize(serializer.fixedLength());
      assertThat(serializer.read(new ByteReader(bytes))).isEqualTo(value);
      assertThat(lane.fromLong(lane.toLong(value))).isEqualTo(value);
      assertThat(serializer.keyHasher().hash(value)).isEqualTo(value.hashCode());
    }
  }

  @Test
  void flinkSerializer_string_readsWhatFlinkWritesAndNoMore() throws IOException {
    Serializer<String> serializer = bridge.values(StringSerializer.INSTANCE);
    byte[] bytes = flinkBytes(StringSerializer.INSTANCE, "sch\u00f6n");
    byte[] padded = new byte[bytes.length + 5];
    System.arraycopy(bytes, 0, padded, 2, bytes.length);
    ByteReader in = new ByteReader().set(padded, 2, bytes.length + 3);

    assertThat(encode(serializer, "sch\u00f6n")).isEqualTo(bytes);
    assertThat(serializer.read(in)).isEqualTo("sch\u00f6n");
    assertThat(in.remaining()).isEqualTo(3);
    assertThat(serializer.keyHasher().hash("sch\u00f6n")).isEqualTo("sch\u00f6n".hashCode());
  }

  /** After a restore those are the bytes of a whole key group. */
  @Test
  void flinkSerializer_afterReading_holdsNoneOfTheBytes() {
    Serializer<String> serializer = bridge.values(StringSerializer.INSTANCE);
    WeakReference<byte[]> bytes = read(serializer);

    System.gc();

    assertThat(bytes.get()).isNull();
    assertThat(encode(serializer, "again")).isNotEmpty();
  }

  private static WeakReference<byte[]> read(Serializer<String> serializer) {
    byte[] bytes = encode(serializer, "value").clone();
    assertThat(serializer.read(new ByteReader(bytes))).isEqualTo("value");
    return new WeakReference<>(bytes);
  }

  @Test
  void flinkSerializer_afterWritingALargeValue_holdsNoneOfTheBytes() {
    Serializer<String> serializer = bridge.values(StringSerializer.INSTANCE);
    WeakReference<byte[]> bytes = write(serializer, "v".repeat(5 << 20));

    System.gc();

    assertThat(bytes.get()).isNull();
    assertThat(serializer.encode("small", new ByteWriter()).array()).hasSizeLessThan(1 << 20);
  }

  private static WeakReference<byte[]> write(Serializer<String> serializer, String value) {
    ByteView bytes = serializer.encode(value, new ByteWriter());
    assertThat(serializer.read(new ByteReader().set(bytes))).isEqualTo(value);
    return new WeakReference<>(bytes.array());
  }

  @Test
  void flinkSerializer_twoOfThem_doNotShareTheirBuffers() {
    Serializer<String> one = bridge.values(StringSerializer.INSTANCE);
    Serializer<String> other = one.duplicate();
    ByteView kept = one.encode("one", new ByteWriter());
    byte[] before = kept.toByteArray();

    other.encode("other", new ByteWriter());

    assertThat(kept.toByteArray()).isEqualTo(before);
  }

  @Test
  void voidNamespace_takesNoBytes_andKeepsFlinksSchema() {
    Serializer<VoidNamespace> serializer = bridge.keys(VoidNamespaceSerializer.INSTANCE);

    assertThat(serializer.fixedLength()).isZero();
    assertThat(encode(serializer, VoidNamespace.INSTANCE)).isEmpty();
    assertThat(serializer.read(new ByteReader())).isSameAs(VoidNamespace.INSTANCE);
    assertThat(FlinkSnapshots.className(serializer.snapshot()))
        .contains("VoidNamespaceSerializerSnapshot");
  }

  @Test
  void snapshot_throughItsBytes_restoresTheSerializer() {
    TypeSerializer<List<Long>> flink = new ListSerializer<>(LongSerializer.INSTANCE);
    ByteWriter out = new ByteWriter();
    bridge.values(flink).snapshot().write(out);

    SerializerSnapshot read = SerializerSnapshot.read(new ByteReader(out.toByteArray()));

    assertThat(bridge.<List<Long>>restored(read)).isEqualTo(flink);
    assertThat(bridge.values(flink).resolve(read)).isInstanceOf(Compatibility.AsIs.class);
  }

  @Test
  void resolve_anotherType_isIncompatibleAndNamesTheSerializer() {
    SerializerSnapshot written = bridge.values(StringSerializer.INSTANCE).snapshot();

    Compatibility<Long> answer = bridge.values(LongSerializer.INSTANCE).resolve(written);

    assertThat(answer).isInstanceOf(Compatibility.Incompatible.class);
    assertThat(((Compatibility.Incompatible<Long>) answer).reason())
        .contains(LongSerializer.class.getName());
  }

  @Test
  void resolve_snapshotOfStreambedsOwn_isRefused() {
    SerializerSnapshot foreign = Serializers.longs().snapshot();

    assertThatThrownBy(() -> bridge.values(StringSerializer.INSTANCE).resolve(foreign))
        .isInstanceOf(IncompatibleStateException.class)
        .hasMessageContaining("one of Flink's");
  }

  @Test
  void restored_classThatIsGone_namesIt() {
    SerializerSnapshot written = bridge.values(StringSerializer.INSTANCE).snapshot();
    ClassLoader empty = new ClassLoader(null) {};
    SerializerBridge elsewhere = new SerializerBridge(empty, () -> NOW);

    assertThatThrownBy(() -> elsewhere.restored(written))
        .isInstanceOf(IncompatibleStateException.class)
        .hasMessageContaining("StringSerializerSnapshot")
        .hasMessageContaining("class path");
  }

  @Test
  void unwrap_damagedBytes_isAnError() {
    SerializerSnapshot written = bridge.values(StringSerializer.INSTANCE).snapshot();
    SerializerSnapshot damaged =
        new SerializerSnapshot(
            written.type(), 1, Map.of("class", "some.Class", "bytes", "!"), Map.of());

    assertThatThrownBy(() -> bridge.restored(damaged))
        .isInstanceOf(IncompatibleStateException.class)
        .hasMessageContaining("some.Class");
  }

  @Test
  void ttlForm_serializerOfPairs_givesTheJobsOwn() {
    TypeSerializer<TtlValue<String>> pair = TtlForm.pair(StringSerializer.INSTANCE);

    assertThat(TtlForm.isPair(pair)).isTrue();
    assertThat(TtlForm.isPair(StringSerializer.INSTANCE)).isFalse();
    assertThat(TtlForm.<String>value(pair)).isSameAs(StringSerializer.INSTANCE);
  }

  @Test
  void ttlForm_snapshotOfPairs_givesThatOfTheValues() {
    SerializerSnapshot written = bridge.values(StringSerializer.INSTANCE).snapshot();
    SerializerSnapshot pairs = bridge.values(TtlForm.pair(StringSerializer.INSTANCE)).snapshot();

    assertThat(TtlForm.value(pairs, bridge.userClasses())).isEqualTo(written);
    assertThat(TtlForm.value(written, bridge.userClasses())).isNull();
  }

  private static <T> byte[] encode(Serializer<T> serializer, T value) {
    return serializer.encode(value, new ByteWriter()).toByteArray();
  }

  private static <T> byte[] flinkBytes(TypeSerializer<T> serializer, T value) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(16);
    serializer.serialize(value, out);
    return out.getCopyOfBuffer();
  }
}
