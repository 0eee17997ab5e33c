package io.streambed.operator;

import static io.streambed.operator.TestSerializers.NUMBER;
import static io.streambed.operator.TestSerializers.simple;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.bytes.ByteReader;
import io.streambed.error.SerializationException;
import io.streambed.serial.Serializer;
import io.streambed.state.BroadcastState;
import io.streambed.state.ListState;
import io.streambed.state.ListStateDescriptor;
import io.streambed.state.MapStateDescriptor;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A broken serializer of operator state is refused with the first element or entry. */
class OperatorSerializerTest {
  /** Writes a text with its length and leaves the last byte unread. */
  private static final Serializer<String> SHORT =
      simple(
          "short",
          true,
          (text, out) -> out.writeText(text),
          in -> {
            byte[] read = in.readBytes(in.remaining() - 1);
            return new String(read, 1, read.length - 1, StandardCharsets.UTF_8);
          },
          text -> text);

  /** Texts that are never equal to those that were written. */
  private static final Serializer<String> UNEQUAL =
      simple(
          "unequal",
          true,
          (text, out) -> out.writeText(text),
          in -> in.readText() + "?",
          text -> text);

  private static final Serializer<String> TEXT =
      simple("text", true, (text, out) -> out.writeText(text), ByteReader::readText, text -> text);

  private final OperatorStateBackend backend = new OperatorStateBackend(0, 1);

  private static void assertRefused(String part, String what, Runnable put) {
    assertThatThrownBy(put::run)
        .isInstanceOf(SerializationException.class)
        .hasMessageContainingAll("the " + part + " of operator state \"state\"", what);
  }

  @Test
  void add_firstElementWithABrokenSerializer_isRefusedAndChangesNothing() {
    ListState<String> list = backend.getListState(new ListStateDescriptor<>("state", SHORT));
    String what = "read() read 3 of the 4 bytes";
    assertRefused("element", what, () -> list.add("abc"));
    assertRefused("element", what, () -> list.addAll(List.of("abc")));
    assertRefused("element", what, () -> list.update(List.of("abc")));
    assertThat(list.get()).isNull();
  }

  @Test
  void add_firstElementsThatAreNotEqualToWhatIsRead_areTaken() {
    ListState<String> list = backend.getListState(new ListStateDescriptor<>("state", UNEQUAL));
    list.add("abc");
    assertThat(list.get()).containsExactly("abc");
  }

  @Test
  void put_firstBroadcastKeyWithABrokenSerializer_isRefusedAndChangesNothing() {
    BroadcastState<String, Long> map =
        backend.getBroadcastState(new MapStateDescriptor<>("state", UNEQUAL, NUMBER));
    assertRefused("key", "not equal to what was written", () -> map.put("a", 1L));
    assertRefused("key", "not equal to what was written", () -> map.putAll(Map.of("a", 1L)));
    assertThat(map.contains("a")).isFalse();
  }

  /** Equal texts of different hash codes. */
  private record Unhashed(String text) {
    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }

  @Test
  void put_firstBroadcastKeyOfAnotherHashCodeOnceItIsRead_isRefused() {
    Serializer<Unhashed> keys =
        simple(
            "unhashed",
            true,
            (key, out) -> out.writeText(key.text),
            in -> new Unhashed(in.readText()),
            key -> key);
    BroadcastState<Unhashed, Long> map =
        backend.getBroadcastState(new MapStateDescriptor<>("state", keys, NUMBER));
    String what = "correct hashCode() of " + Unhashed.class.getName();
    assertRefused("key", what, () -> map.put(new Unhashed("a"), 1L));
  }

  @Test
  void put_firstBroadcastValueWithABrokenSerializer_isRefusedAndChangesNothing() {
    BroadcastState<String, String> map =
        backend.getBroadcastState(new MapStateDescriptor<>("state", TEXT, SHORT));
    String what = "read() read 3 of the 4 bytes";
    assertRefused("value", what, () -> map.put("a", "abc"));
    assertRefused("value", what, () -> map.putAll(Map.of("a", "abc")));
    assertThat(map.contains("a")).isFalse();
    map.put("a", null);
    Map.Entry<String, String> entry = map.entries().iterator().next();
    assertRefused("value", what, () -> entry.setValue("abc"));
    assertThat(map.get("a")).isNull();
  }
}
