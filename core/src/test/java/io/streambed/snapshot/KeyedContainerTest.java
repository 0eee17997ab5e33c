package io.streambed.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.bytes.ByteView;
import io.streambed.entry.Entry;
import io.streambed.entry.EntryCursor;
import io.streambed.entry.Expiry;
import io.streambed.entry.Schema;
import io.streambed.entry.StateSchema;
import io.streambed.error.CorruptionException;
import io.streambed.file.Compression;
import io.streambed.file.FileInput;
import io.streambed.key.KeyGroupRange;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import io.streambed.state.StateKind;
import io.streambed.store.FrozenView;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes of a container in each version, and what is read from them. */
class KeyedContainerTest {
  private static final UUID ID = new UUID(1, 2);
  private static final int GROUP = 2;

  private static final Schema SCHEMA =
      new Schema(
          4,
          Serializers.longs().snapshot(),
          List.of(
              schema("values", StateKind.VALUE, Serializers.longs()),
              schema("lists", StateKind.LIST, Serializers.ints()),
              schema("maps", StateKind.MAP, Serializers.strings()),
              schema("timers", StateKind.QUEUE, Serializers.longs())));

  /** Of one key group: state, key, user key, value or "null", stamp. */
  private static final List<String> ENTRIES =
      List.of(
          "0 0000000000000001 - 0000000000000064 7",
          "0 0000000000000002 - 0000000000000065 8",
          "1 0000000000000001 - 04000000010400000002 0",
          "2 0000000000000001 0161 0178 0",
          "2 0000000000000001 0162 null 0",
          "2 0000000000000002 026363 0179 0",
          "3 - - 00000000000003e8 0");

  private static final String NAMESPACE = "0000000000000009";

  private static final String VERSION_1 =
      "8b5354524d4245444b45594400010001000000000000000100000000000000026e6f6e6500000000"
          + "0000000000000000f8947f61000000c0000000c00100000000025b54a69d00060000000000000007"
          + "08000000000000000108000000000000000908000000000000006400060000000000000008080000"
          + "00000000000208000000000000000908000000000000006501040800000000000000010800000000"
          + "000000090a04000000010400000002020c0800000000000000010800000000000000090201610201"
          + "78020d080000000000000001080000000000000009020162020c0800000000000000020800000000"
          + "000000090302636302017903000800000000000003e8bb9182990000007d0000007d020000000000"
          + "0cc133a7036a6f62086f70657261746f72010504046c6f6e67010000040676616c7565730101046c"
          + "6f6e67010000046c6f6e67010000056c697374730200046c6f6e6701000003696e74010000046d61"
          + "70730300046c6f6e6701000006737472696e6701000006737472696e670100000674696d65727306"
          + "00046c6f6e67010000d1bd91b70000001300000013ff00000000007eb1a6308a0200030104024a01"
          + "1f034c010b0102010734f1c20c99000000000000019d00000000000001f200000000000000010000"
          + "000000000002d47f49f38b454e4453545242";

  private static final String VERSION_2 =
      "8b5354524d4245444b45594400010002000000000000000100000000000000026e6f6e6500000000"
          + "000000000000000016df0210000000b8000000b8010000000002f7ef048d00090909000000020000"
          + "00000000000700000000000000010000000000000009000000000000006400000000000000080000"
          + "00000000000200000000000000090000000000000065010909050000000100000000000000010000"
          + "00000000000908000000010000000202090903030000000200000000000000000100000000000000"
          + "09016101780301620209090003000000010000000000000000020000000000000009030263630179"
          + "03090000000100000000000003e8548a5f880000007d0000007d0200000000003e8240bc036a6f62"
          + "086f70657261746f72010504046c6f6e67010000040676616c7565730101046c6f6e67010000046c"
          + "6f6e67010000056c697374730200046c6f6e6701000003696e74010000046d6170730300046c6f6e"
          + "6701000006737472696e6701000006737472696e670100000674696d6572730600046c6f6e670100"
          + "00b7580f290000001200000012ff0000000000b3800e228202000304024801210341010e01020107"
          + "342c290420000000000000019500000000000001e900000000000000010000000000000002931546"
          + "258b454e4453545242";

  private static StateSchema schema(String name, StateKind kind, Serializer<?> value) {
    return new StateSchema(
        name,
        kind,
        kind == StateKind.QUEUE ? null : Serializers.longs().snapshot(),
        kind == StateKind.MAP ? Serializers.strings().snapshot() : null,
        value.snapshot(),
        kind == StateKind.VALUE ? Expiry.STAMPED : Expiry.NONE);
  }

  /** Gives the entries of {@link #GROUP}. */
  private static final class View implements FrozenView {
    @Override
    public Schema schema() {
      return SCHEMA;
    }

    @Override
    public EntryCursor entries(int keyGroup) {
      List<String> entries = keyGroup == GROUP ? ENTRIES : List.of();
      return new EntryCursor() {
        private final Entry entry = new Entry();
        private int next;

        @Override
        public boolean advance() {
          if (next == entries.size()) {
            return false;
          }
          String[] parts = entries.get(next++).split(" ");
          set(entry.key, parts[1]);
          set(entry.namespace, NAMESPACE);
          set(entry.userKey, parts[2]);
          set(entry.value, parts[3]);
          entry.nullValue = parts[3].equals("null");
          entry.stamp = Long.parseLong(parts[4]);
          return true;
        }

        @Override
        public int state() {
          return entries.get(next - 1).charAt(0) - '0';
        }

        @Override
        public Entry entry() {
          return entry;
        }
      };
    }

    private static void set(ByteView view, String hex) {
      byte[] bytes = HexFormat.of().parseHex(hex.equals("-") || hex.equals("null") ? "" : hex);
      view.set(bytes, 0, bytes.length);
    }

    @Override
    public void close() {}
  }

  private static String written() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    KeyedContainerWriter.write(
        new View(),
        new KeyGroupRange(0, 3),
        new SnapshotOrigin("job", "operator", 1, 5),
        Compression.NONE,
        ID,
        out);
    return HexFormat.of().formatHex(out.toByteArray());
  }

  private static List<String> read(String container) throws IOException {
    byte[] bytes = HexFormat.of().parseHex(container);
    List<String> found = new ArrayList<>();
    try (KeyedContainerReader reader =
        KeyedContainerReader.open(FileInput.of("container", bytes), ID, bytes.length)) {
      assertThat(reader.schema()).isEqualTo(SCHEMA);
      assertThat(reader.range()).isEqualTo(new KeyGroupRange(0, 3));
      assertThat(reader.entryCount(GROUP)).isEqualTo(ENTRIES.size());
      assertThat(reader.statistics()).extracting(StateStatistics::entries).contains(2L, 1L, 3L);
      for (int group = 0; group < 4; group++) {
        EntryCursor cursor = reader.entries(group);
        while (cursor.advance()) {
          assertThat(group).isEqualTo(GROUP);
          found.add(text(cursor.state(), cursor.entry()));
        }
      }
    }
    return found;
  }

  private static String text(int state, Entry entry) {
    boolean keyed = SCHEMA.states().get(state).kind() != StateKind.QUEUE;
    boolean map = SCHEMA.states().get(state).kind() == StateKind.MAP;
    if (keyed) {
      assertThat(hex(entry.namespace)).isEqualTo(NAMESPACE);
    }
    return String.join(
        " ",
        String.valueOf(state),
        keyed ? hex(entry.key) : "-",
        map ? hex(entry.userKey) : "-",
        map && entry.nullValue ? "null" : hex(entry.value),
        String.valueOf(entry.stamp));
  }

  private static String hex(ByteView view) {
    return HexFormat.of().formatHex(view.toByteArray());
  }

  @Test
  void write_goldenEntries_givesTheBytesOfVersion2() throws IOException {
    assertThat(written()).isEqualTo(VERSION_2);
  }

  @ParameterizedTest
  @ValueSource(strings = {VERSION_1, VERSION_2})
  void read_goldenBytesOfEachVersion_givesTheEntries(String container) throws IOException {
    assertThat(read(container)).isEqualTo(ENTRIES);
  }

  @ParameterizedTest
  @ValueSource(strings = {VERSION_1, VERSION_2})
  void read_anyByteChanged_isNoticed(String container) {
    byte[] bytes = HexFormat.of().parseHex(container);
    for (int i = 0; i < bytes.length; i++) {
      byte[] damaged = bytes.clone();
      damaged[i] ^= 0x41;
      assertThatThrownBy(() -> read(HexFormat.of().formatHex(damaged)))
          .as("byte %s", i)
          .isInstanceOfAny(
              CorruptionException.class, io.streambed.error.FormatVersionException.class);
    }
  }
}
