package io.streambed.serial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.LimitExceededException;
import io.streambed.error.MalformedDataException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SerializerSnapshotTest {
  private static final SerializerSnapshot MAP =
      Serializers.map(Serializers.strings(), Serializers.enums(Switch.class)).snapshot();

  enum Switch {
    ON,
    OFF
  }

  private static byte[] bytes(SerializerSnapshot snapshot) {
    ByteWriter out = new ByteWriter();
    snapshot.write(out);
    return out.toByteArray();
  }

  @Test
  void write_anySnapshot_givesGoldenBytes() {
    SerializerSnapshot snapshot =
        new SerializerSnapshot(
            "list", 3, Map.of("k", "v"), Map.of("e", SerializerSnapshot.of("long")));
    assertThat(HexFormat.of().formatHex(bytes(snapshot)))
        .isEqualTo("046c697374" + "03" + "01" + "016b0176" + "01" + "0165" + "046c6f6e67010000");
  }

  @Test
  void read_truncatedAtEachLength_isMalformed() {
    byte[] bytes = bytes(MAP);
    for (int length = 0; length < bytes.length; length++) {
      ByteReader in = new ByteReader().set(bytes, 0, length);
      assertThatThrownBy(() -> SerializerSnapshot.read(in))
          .isInstanceOf(MalformedDataException.class);
    }
    assertThat(SerializerSnapshot.read(new ByteReader(bytes))).isEqualTo(MAP);
  }

  @Test
  void equals_otherOrderOfParts_isDifferent() {
    Map<String, SerializerSnapshot> turned = new LinkedHashMap<>();
    turned.put("value", MAP.parts().get("value"));
    turned.put("key", MAP.parts().get("key"));
    assertThat(new SerializerSnapshot("map", 1, Map.of(), turned)).isNotEqualTo(MAP);
  }

  @Test
  void nesting_deeperThanTheLimit_isAnErrorBothWays() {
    SerializerSnapshot deepest = nested(SerializerSnapshot.MAX_DEPTH);
    byte[] bytes = bytes(deepest);
    assertThat(SerializerSnapshot.read(new ByteReader(bytes))).isEqualTo(deepest);

    assertThatThrownBy(() -> nested(SerializerSnapshot.MAX_DEPTH + 1))
        .isInstanceOf(LimitExceededException.class)
        .hasMessageContainingAll("serializer list", "33", "32", "Flatten");
    byte[] level = HexFormat.of().parseHex("0161010001" + "0165");
    ByteWriter hostile = new ByteWriter();
    for (int i = 0; i < 1000; i++) {
      hostile.writeBytes(level);
    }
    assertThatThrownBy(() -> SerializerSnapshot.read(new ByteReader(hostile.toByteArray())))
        .isInstanceOf(MalformedDataException.class)
        .hasMessageContaining("deeper");
  }

  /** Their number could not be checked against the bytes left: a few bytes could claim millions. */
  @Test
  void containers_ofValuesWithoutBytes_haveNoReader() {
    SerializerSnapshot nothing = new SerializerSnapshot("record", 1, Map.of(), Map.of());
    SerializerSnapshot nested =
        new SerializerSnapshot("record", 1, Map.of(), Map.of("nothing", nothing));
    for (SerializerSnapshot element : List.of(nothing, nested, Serializers.unit().snapshot())) {
      for (String type : List.of("list", "set", "array")) {
        SerializerSnapshot written =
            new SerializerSnapshot(type, 1, Map.of(), Map.of("element", element));
        assertThat(Serializers.fromSnapshot(written)).as(written.toString()).isEmpty();
      }
      SerializerSnapshot optional =
          new SerializerSnapshot("optional", 1, Map.of(), Map.of("value", element));
      assertThat(Serializers.fromSnapshot(optional)).isPresent();
    }
  }

  record Grown(@DefaultValue("1") int number) {}

  @Test
  void resolve_listOfRecordsWithoutComponents_isIncompatible() {
    SerializerSnapshot nothing = new SerializerSnapshot("record", 1, Map.of(), Map.of());
    assertThat(Serializers.records(Grown.class).resolve(nothing))
        .isInstanceOf(Compatibility.Migrate.class);
    assertThat(
            Serializers.list(Serializers.records(Grown.class))
                .resolve(new SerializerSnapshot("list", 1, Map.of(), Map.of("element", nothing))))
        .isInstanceOf(Compatibility.Incompatible.class);
  }

  private static SerializerSnapshot nested(int depth) {
    SerializerSnapshot snapshot = SerializerSnapshot.of("long");
    for (int i = 1; i < depth; i++) {
      snapshot = new SerializerSnapshot("list", 1, Map.of(), Map.of("element", snapshot));
    }
    return snapshot;
  }
}
