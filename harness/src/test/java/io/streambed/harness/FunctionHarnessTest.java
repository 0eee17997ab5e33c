package io.streambed.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.backend.StateBackend;
import io.streambed.checkpoint.MemoryCheckpointStorage;
import io.streambed.job.KeyedBroadcastHandler;
import io.streambed.job.KeyedCoHandler;
import io.streambed.job.KeyedContext;
import io.streambed.job.KeyedHandler;
import io.streambed.job.SideOutput;
import io.streambed.runtime.FunctionFailedException;
import io.streambed.runtime.UnusableKeyException;
import io.streambed.serial.Serializers;
import io.streambed.state.BroadcastState;
import io.streambed.state.ListState;
import io.streambed.state.ReducingState;
import io.streambed.state.ValueState;
import io.streambed.testkit.store.ByteStoreFactory;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class FunctionHarnessTest {
  private static final StateBackend BYTES =
      StateBackend.of(new ByteStoreFactory(), new MemoryCheckpointStorage(1, () -> new UUID(0, 0)));

  private static final SideOutput<String> SHORT = SideOutput.named("short");

  /** What a text does is told by its second half. */
  private static KeyedHandler<String> texts(KeyedContext<String, String> context) {
    ListState<String> all = context.list("all", String.class);
    ReducingState<Long> length = context.reducing("length", Long.class, Long::sum);
    return KeyedHandler.of(
        (text, timestampMillis) -> {
          if (text.contains("fails")) {
            context.emit("lost");
            throw text.contains("badly") ? new IOException(text) : new IllegalStateException(text);
          }
          all.add(text);
          length.add((long) text.length());
          context.registerProcessingTimer(context.processingTimeMillis() + 100);
          context.registerEventTimer(timestampMillis + 10);
          context.emit(text);
          if (text.length() < 4) {
            context.emit(SHORT, text);
          }
        },
        timestampMillis -> context.emit("timer " + timestampMillis));
  }

  private static FunctionHarness<String, String, String> texts() {
    return FunctionHarness.of(text -> text.substring(0, 1), FunctionHarnessTest::texts);
  }

  @Test
  void steps_giveOutputSideOutputAndState() {
    try (var t = texts()) {
      t.clock(50).element("ab", 1).element("abcd", 2);
      assertThat(t.output()).containsExactly("ab", "abcd");
      assertThat(t.sideOutput(SHORT)).containsExactly("ab");
      assertThat(t.list("a", "all", String.class)).containsExactly("ab", "abcd");
      assertThat(t.list("b", "all", String.class)).isEmpty();
      assertThat(t.value("a", "length", Long.class)).isEqualTo(6);
      assertThat(t.value("b", "length", Long.class)).isNull();
      assertThat(t.eventTimers("a")).containsExactly(11L, 12L);
      assertThat(t.timers()).isEqualTo(3);
      assertThat(t.takeOutput()).hasSize(2);
      t.watermark(11).clock(150);
      assertThat(t.takeOutput()).containsExactly("timer 11", "timer 150");
      assertThat(t.takeOutput()).isEmpty();
      assertThat(t.timers()).isEqualTo(1);
      t.everywhere();
    }
  }

  @Test
  void state_ofAnotherNameKindOrType_isRefused() {
    try (var t = texts().element("ab", 1)) {
      assertThatThrownBy(() -> t.value("a", "nothing", Long.class))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no state \"nothing\"; it has [all, length]");
      assertThatThrownBy(() -> t.value("a", "all", Long.class))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("\"all\" is of kind LIST");
      assertThatThrownBy(() -> t.value("a", "length", String.class))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("holds a java.lang.Long");
    }
  }

  @Test
  void restore_ofASnapshot_bringsBackStateStepsResultsAndTime() {
    try (var t = texts()) {
      t.clock(50).element("ab", 1).watermark(5);
      HarnessSnapshot snapshot = t.snapshot();
      t.element("ac", 2).watermark(20).clock(500);
      assertThat(t.takeOutput()).hasSize(5);
      t.restore(snapshot);
      assertThat(t.output()).containsExactly("ab");
      assertThat(t.takeOutput()).isEmpty();
      assertThat(t.list("a", "all", String.class)).containsExactly("ab");
      t.clock(60).watermark(4).element("ad", 6);
      assertThat(t.takeOutput()).containsExactly("ad");
      assertThat(t.eventTimers("a")).containsExactly(11L, 16L);
      t.everywhere();
    }
  }

  @Test
  void watermarkOfASnapshot_isThereAfterARestore() {
    try (var t =
        FunctionHarness.of(
            (String text) -> text,
            (KeyedContext<String, String> context) ->
                (text, timestampMillis) ->
                    context.emit(timestampMillis <= context.watermark() ? "late" : "in time"))) {
      t.element("a", 5).watermark(10).rescale(2).element("a", 5).element("b", 11);
      assertThat(t.output()).containsExactly("in time", "late", "in time");
      t.everywhere();
    }
  }

  @Test
  void rescaleAndMove_keepEverything() {
    try (var t = texts()) {
      for (char letter = 'a'; letter <= 'z'; letter++) {
        t.element(letter + "bcd", 1);
      }
      t.rescale(7).moveTo(BYTES).rescale(2);
      assertThat(t.timers()).isEqualTo(52);
      assertThat(t.list("q", "all", String.class)).containsExactly("qbcd");
      t.watermark(11);
      assertThat(t.output()).hasSize(52);
      assertThatThrownBy(() -> t.rescale(129)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void step_thatFails_countsForNothing_andACrashMustFollow() {
    try (var t = texts()) {
      t.element("ab", 1);
      assertThatThrownBy(() -> t.element("a fails", 2))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("a fails");
      assertThat(t.output()).containsExactly("ab");
      assertThatThrownBy(() -> t.element("ac", 3))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("failed in the step element(a fails, 2)")
          .hasMessageContaining("crash()");
      t.crash().element("ac", 3);
      assertThat(t.output()).containsExactly("ab", "ac");
      assertThatThrownBy(() -> t.element("a fails badly", 2))
          .isInstanceOf(FunctionFailedException.class)
          .hasCauseInstanceOf(IOException.class);
      t.crash();
      assertThatThrownBy(() -> t.element("", 2)).isInstanceOf(UnusableKeyException.class);
      t.crash().everywhere();
    }
  }

  @Test
  void crash_withStateInAField_tellsTheDifference() {
    try (var t =
        FunctionHarness.of(
            (String text) -> text,
            (KeyedContext<String, Integer> context) -> {
              int[] count = {0};
              return (text, timestampMillis) -> context.emit(++count[0]);
            })) {
      t.element("a", 1).crash();
      t.snapshot();
      t.element("a", 2);
      assertThatThrownBy(t::crash)
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("after a crash")
          .hasMessageContaining("Expected: 2 at 2, emitted in step 2, element(a, 2)")
          .hasMessageContaining("But was:  1 at 2");
    }
  }

  @Test
  void second_elementsOfTheSameKey_shareItsState() {
    try (var t =
        FunctionHarness.ofTwo(
            (String text) -> text,
            (Integer number) -> String.valueOf(number),
            Serializers.strings(),
            FunctionHarnessTest::sums)) {
      t.element("7", 1).second(7, 2).element("7", 3).second(8, 4);
      assertThat(t.output()).containsExactly(1, 8, 9, 8);
      assertThat(t.value("7", "sum", Integer.class)).isEqualTo(9);
      assertThatThrownBy(() -> t.broadcast(7, 5))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no broadcast input");
      t.everywhere();
    }
  }

  private static KeyedCoHandler<String, Integer> sums(KeyedContext<String, Integer> context) {
    ValueState<Integer> sum = context.value("sum", Integer.class, 0);
    return new KeyedCoHandler<>() {
      @Override
      public void onElement(String text, long timestampMillis) throws IOException {
        sum.update(sum.value() + 1);
        context.emit(sum.value());
      }

      @Override
      public void onSecond(Integer number, long timestampMillis) throws IOException {
        sum.update(sum.value() + number);
        context.emit(sum.value());
      }
    };
  }

  @Test
  void broadcast_reachesEverySubtask() {
    try (var t = FunctionHarness.ofBroadcast((String text) -> text, FunctionHarnessTest::names)) {
      t.rescale(3).broadcast(1, 0).element("a", 1).rescale(2).element("b", 2);
      assertThat(t.output()).containsExactly("told", "told", "told", "a 1", "b 1");
      assertThat(t.broadcastState("numbers", Integer.class, Integer.class)).isEqualTo(Map.of(1, 1));
      assertThatThrownBy(() -> t.second(7, 5))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("call broadcast");
      t.everywhere();
    }
  }

  private static KeyedBroadcastHandler<String, Integer> names(
      KeyedContext<String, String> context) {
    BroadcastState<Integer, Integer> numbers =
        context.broadcast("numbers", Integer.class, Integer.class);
    return new KeyedBroadcastHandler<>() {
      @Override
      public void onElement(String text, long timestampMillis) {
        context.emit(text + " " + numbers.get(1));
      }

      @Override
      public void onBroadcast(Integer number, long timestampMillis) {
        numbers.put(number, number);
        context.emit("told");
      }
    };
  }
}
