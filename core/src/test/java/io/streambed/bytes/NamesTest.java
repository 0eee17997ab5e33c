package io.streambed.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.checkpoint.JobIdentity;
import io.streambed.checkpoint.MemoryCheckpointStorage;
import io.streambed.checkpoint.OperatorSnapshot;
import io.streambed.checkpoint.SubtaskState;
import io.streambed.entry.Expiry;
import io.streambed.entry.StateSchema;
import io.streambed.operator.OperatorStateSchema;
import io.streambed.serial.Serializer;
import io.streambed.serial.SerializerSnapshot;
import io.streambed.serial.Serializers;
import io.streambed.snapshot.SnapshotOrigin;
import io.streambed.state.AggregatingStateDescriptor;
import io.streambed.state.ListStateDescriptor;
import io.streambed.state.MapStateDescriptor;
import io.streambed.state.ReducingStateDescriptor;
import io.streambed.state.StateKind;
import io.streambed.state.ValueStateDescriptor;
import io.streambed.store.QueueSpec;
import io.streambed.store.TableSpec;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rule for names, and every place that takes a name which is written. */
class NamesTest {
  private static final String HALF = "emoji-\uD83D";
  private static final Serializer<String> TEXT = Serializers.strings();
  private static final Serializer<Long> LONGS = Serializers.longs();

  @ParameterizedTest
  @ValueSource(
      strings = {"", "plain", "\u00e9\u4e2d", "\uD83D\uDE00", "a\uD83D\uDE00\uD83D\uDE01b"})
  void check_textThatUtf8CanWrite_isTheSame(String name) {
    assertThat(Names.check("state", name)).isSameAs(name);
    assertThat(Names.problem("state", name)).isNull();
    ByteWriter out = new ByteWriter();
    out.writeText(name);
    assertThat(new ByteReader(out.toByteArray()).readText()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\uD83D",
        "a\uD83D",
        "\uDE00",
        "\uD83Da",
        "\uD83D\uD83D\uDE00",
        "\uD83D\uDE00\uDE00"
      })
  void check_halfOfASurrogatePair_isRefused(String name) {
    assertThatThrownBy(() -> Names.check("state", name))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ByteWriter().writeText(name))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void check_halfOfASurrogatePair_saysWhoseWhereAndWhatToDo() {
    assertThatThrownBy(() -> Names.check("state", "a\uD83Db"))
        .hasMessageContainingAll(
            "name of a state", "\"a\\uD83Db\"", "index 1", "cut names between");
  }

  @Test
  void names_ofDeclaredStates_areChecked() {
    assertRefused("state", () -> new ValueStateDescriptor<>(HALF, TEXT));
    assertRefused("state", () -> new ListStateDescriptor<>(HALF, TEXT));
    assertRefused("state", () -> new MapStateDescriptor<>(HALF, LONGS, TEXT));
    assertRefused("state", () -> new ReducingStateDescriptor<>(HALF, TEXT, String::concat));
    assertRefused(
        "state", () -> new AggregatingStateDescriptor<String, String, String>(HALF, TEXT, null));
    assertRefused("state", () -> new TableSpec<>(HALF, StateKind.VALUE, LONGS, null, TEXT));
    assertRefused("queue", () -> new QueueSpec<>(HALF, TEXT, text -> 0));
  }

  @Test
  void names_ofDeclaredStatesThatAreTooLong_showTheirBeginning() {
    assertThatThrownBy(() -> new ValueStateDescriptor<>("n".repeat(256), TEXT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("1 to 255 characters", "256: nnnn");
    assertThatThrownBy(() -> new ValueStateDescriptor<>("", TEXT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("1 to 255 characters", "this one has 0");
  }

  @Test
  void names_ofWhatACheckpointKeeps_areChecked() {
    SerializerSnapshot text = TEXT.snapshot();
    assertRefused(
        "state", () -> new StateSchema(HALF, StateKind.VALUE, text, null, text, Expiry.NONE));
    assertRefused("state", () -> new OperatorStateSchema(HALF, StateKind.SPLIT_LIST, null, text));
    assertRefused("job", () -> new SnapshotOrigin(HALF, "operator", 0, 1));
    assertRefused("operator", () -> new SnapshotOrigin("job", HALF, 0, 1));
    assertRefused("job", () -> new JobIdentity(HALF, new UUID(1, 2)));
    SubtaskState nothing = new SubtaskState(List.of(), List.of());
    assertRefused("operator", () -> new OperatorSnapshot(HALF, 1, 8, List.of(nothing)));
    assertRefused("job", () -> new MemoryCheckpointStorage(1 << 20, UUID::randomUUID).claim(HALF));
  }

  @Test
  void names_ofSerializersAndTheirParts_areChecked() {
    SerializerSnapshot text = TEXT.snapshot();
    assertRefused("serializer", () -> SerializerSnapshot.of(HALF));
    assertRefused(
        "setting", () -> new SerializerSnapshot("type", 1, Map.of(HALF, "value"), Map.of()));
    assertRefused(
        "setting", () -> new SerializerSnapshot("type", 1, Map.of("key", HALF), Map.of()));
    assertRefused("part", () -> new SerializerSnapshot("type", 1, Map.of(), Map.of(HALF, text)));
  }

  private static void assertRefused(String whose, Runnable declaration) {
    assertThatThrownBy(declaration::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(whose, "emoji-\\uD83D", "half of a surrogate pair");
  }
}
