package io.streambed.entry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.bytes.ByteReader;
import io.streambed.bytes.ByteView;
import io.streambed.bytes.ByteWriter;
import io.streambed.error.MalformedDataException;
import io.streambed.serial.SerializerSnapshot;
import io.streambed.state.StateKind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Entries of every kind of state, with whatever another kind left in the reused entry. */
class EntryFormatTest {
  private static final SerializerSnapshot KEY = SerializerSnapshot.of("string");
  private static final SerializerSnapshot VALUE = SerializerSnapshot.of("long");

  static List<StateSchema> schemas() {
    List<StateSchema> schemas = new ArrayList<>();
    for (Expiry expiry : Expiry.values()) {
      for (StateKind kind : List.of(StateKind.VALUE, StateKind.LIST)) {
        schemas.add(new StateSchema("state", kind, KEY, null, VALUE, expiry));
      }
      schemas.add(new StateSchema("state", StateKind.MAP, KEY, KEY, VALUE, expiry));
    }
    schemas.add(new StateSchema("state", StateKind.QUEUE, null, null, VALUE, Expiry.NONE));
    return schemas;
  }

  private static void set(ByteView view, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    view.set(bytes, 0, bytes.length);
  }

  private static String text(ByteView view) {
    return new String(view.toByteArray(), StandardCharsets.US_ASCII);
  }

  private static Entry entry() {
    Entry entry = new Entry();
    set(entry.key, "key");
    set(entry.namespace, "");
    set(entry.userKey, "user key");
    set(entry.value, "value");
    entry.stamp = -5;
    return entry;
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void read_afterWrite_givesThePartsOfTheKind(StateSchema schema) {
    boolean queue = schema.kind() == StateKind.QUEUE;
    boolean map = schema.kind() == StateKind.MAP;
    for (boolean nullFlag : new boolean[] {false, true}) {
      Entry entry = entry();
      entry.nullValue = nullFlag;
      ByteWriter out = new ByteWriter();
      EntryFormat.write(entry, schema, out);
      assertThat(out.position()).isGreaterThanOrEqualTo(EntryFormat.MIN_BYTES);
      ByteReader in = new ByteReader(out.toByteArray());
      Entry read = new Entry();
      EntryFormat.read(in, schema, read);
      in.expectEnd();
      assertThat(read.nullValue).isEqualTo(map && nullFlag);
      assertThat(text(read.value)).isEqualTo(map && nullFlag ? "" : "value");
      assertThat(text(read.key)).isEqualTo(queue ? "" : "key");
      assertThat(text(read.userKey)).isEqualTo(map ? "user key" : "");
      boolean stamped = schema.expiry().stamped() && schema.kind() != StateKind.LIST;
      assertThat(read.stamp).as("elements of lists have theirs").isEqualTo(stamped ? -5 : 0);
    }
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void read_flagsOfAnotherDeclaration_isRefused(StateSchema schema) {
    ByteWriter out = new ByteWriter();
    EntryFormat.write(entry(), schema, out);
    for (int bit = 1; bit < 256; bit <<= 1) {
      byte[] bytes = out.toByteArray();
      bytes[0] ^= (byte) bit;
      if (bit == 1 && schema.kind() == StateKind.MAP) {
        continue;
      }
      assertThatThrownBy(() -> EntryFormat.read(new ByteReader(bytes), schema, new Entry()))
          .isInstanceOf(MalformedDataException.class)
          .hasMessageContaining("state");
    }
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void read_cutOff_isRefused(StateSchema schema) {
    ByteWriter out = new ByteWriter();
    EntryFormat.write(entry(), schema, out);
    for (int length = 0; length < out.position(); length++) {
      ByteReader in = new ByteReader().set(out.array(), 0, length);
      assertThatThrownBy(() -> EntryFormat.read(in, schema, new Entry()))
          .isInstanceOf(MalformedDataException.class);
    }
  }
}
