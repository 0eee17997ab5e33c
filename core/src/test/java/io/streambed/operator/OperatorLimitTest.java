package io.streambed.operator;

import static io.streambed.operator.OperatorFixture.elements;
import static io.streambed.operator.OperatorFixture.entries;
import static io.streambed.operator.OperatorFixture.snapshot;
import static io.streambed.operator.TestSerializers.NUMBER;
import static io.streambed.operator.TestSerializers.TEXT;
import static io.streambed.operator.TestSerializers.TOO_LARGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.entry.Limits;
import io.streambed.error.OversizedEntryException;
import io.streambed.serial.Serializer;
import io.streambed.serial.Serializers;
import io.streambed.state.BroadcastState;
import io.streambed.state.ListState;
import io.streambed.state.ListStateDescriptor;
import io.streambed.state.MapStateDescriptor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What operator state says to keys and values beyond their limits. */
class OperatorLimitTest {
  private final MemoryStreams streams = new MemoryStreams();
  private final OperatorStateBackend backend = new OperatorStateBackend(0, 1);

  @Test
  void snapshot_keyBeyondTheLimit_isRefused() {
    BroadcastState<String, Long> wide =
        backend.getBroadcastState(new MapStateDescriptor<>("wide", TEXT, NUMBER));
    String tooLong = "k".repeat(Limits.MAX_KEY_BYTES);
    assertThatThrownBy(() -> wide.put(tooLong, 1L))
        .as("the first key is written when it is put")
        .isInstanceOf(OversizedEntryException.class)
        .hasMessageContainingAll("key \"kkk", "operator state \"wide\"", "1048579", "1048576");
    wide.put("k", 1L);
    wide.put(tooLong, 1L);
    assertThatThrownBy(() -> snapshot(backend, streams))
        .isInstanceOf(OversizedEntryException.class)
        .hasMessageContainingAll("key \"kkk", "operator state \"wide\"", "1048579", "1048576");
    assertThat(streams.files).isEmpty();
  }

  @Test
  void put_firstElementBeyondItsLimit_isRefusedThoughItIsTooLargeForATrial() {
    ListState<String> list =
        backend.getListState(new ListStateDescriptor<>("list", TestSerializers.VAST));
    assertThatThrownBy(() -> list.add(TOO_LARGE))
        .isInstanceOf(OversizedEntryException.class)
        .hasMessageContainingAll("operator state \"list\"", "1065353217", "Split it");
    assertThat(list.get()).isNull();
  }

  @Test
  void put_whatIsBeyondItsLimit_isRefusedAtOnceAndChangesNothing() {
    Serializer<String> texts = Serializers.strings();
    String tooLong = "k".repeat(Limits.MAX_KEY_BYTES);
    BroadcastState<String, String> wide =
        backend.getBroadcastState(new MapStateDescriptor<>("wide", texts, TestSerializers.VAST));
    ListState<String> list =
        backend.getListState(new ListStateDescriptor<>("list", TestSerializers.VAST));
    wide.put("rule", "small");
    list.add("small");
    Map.Entry<String, String> entry = wide.entries().iterator().next();
    List<Runnable> keys =
        List.of(
            () -> wide.put(tooLong, "small"),
            () -> wide.putAll(Map.of("a", "small", tooLong, "small")));
    for (Runnable put : keys) {
      assertThatThrownBy(put::run)
          .isInstanceOf(OversizedEntryException.class)
          .hasMessageContainingAll("key \"kkk", "operator state \"wide\"", "1048580", "1048576");
    }
    List<Runnable> values =
        List.of(
            () -> wide.put("rule", TOO_LARGE),
            () -> wide.put("new", TOO_LARGE),
            () -> wide.putAll(Map.of("a", "small", "b", TOO_LARGE)),
            () -> entry.setValue(TOO_LARGE),
            () -> list.add(TOO_LARGE),
            () -> list.addAll(List.of("small", TOO_LARGE)),
            () -> list.update(List.of("small", TOO_LARGE)));
    for (Runnable put : values) {
      assertThatThrownBy(put::run)
          .isInstanceOf(OversizedEntryException.class)
          .hasMessageContainingAll("operator state \"", "1065353217", "1065353216", "Split it");
    }
    assertThat(entries(wide)).containsExactly("rule=small");
    assertThat(elements(list)).containsExactly("small");
    snapshot(backend, streams);
  }
}
