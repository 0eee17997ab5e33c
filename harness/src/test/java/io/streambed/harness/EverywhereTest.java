package io.streambed.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.backend.StateBackend;
import io.streambed.checkpoint.CheckpointStorage;
import io.streambed.job.KeyedContext;
import io.streambed.job.KeyedFunction;
import io.streambed.job.KeyedHandler;
import io.streambed.serial.Serializers;
import io.streambed.state.ValueState;
import io.streambed.state.ValueStateDescriptor;
import io.streambed.store.KeyedStoreFactory;
import io.streambed.testkit.store.ByteStoreFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Functions with a bug each, whose results in one go are as they should be. */
class EverywhereTest {
  private static <O> FunctionHarness<String, String, O> harness(
      KeyedFunction<String, String, O> function) {
    return FunctionHarness.of((String key) -> key, function);
  }

  private static <O> FunctionHarness<String, String, O> fed(
      KeyedFunction<String, String, O> function) {
    return feed(harness(function));
  }

  private static <O> FunctionHarness<String, String, O> feed(
      FunctionHarness<String, String, O> harness) {
    for (char letter = 'a'; letter < 'g'; letter++) {
      harness.element(String.valueOf(letter), 1).element(String.valueOf(letter), 2);
    }
    return harness.watermark(1_000);
  }

  private static KeyedHandler<String> countedInTheHandler(KeyedContext<String, Integer> context) {
    Map<String, Integer> counts = new HashMap<>();
    return (key, timestampMillis) -> context.emit(counts.merge(key, 1, Integer::sum));
  }

  @Test
  void stateInAFieldOfTheHandler_isFound() {
    assertThatThrownBy(fed(EverywhereTest::countedInTheHandler)::everywhere)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("store \"heap\" with parallelism 1, a crash after step 2, ")
        .hasMessageContaining("The key:  a, result 2 of it")
        .hasMessageContaining("Expected: 2 at 2, emitted in step 2, element(a, 2)")
        .hasMessageContaining("But was:  1 at 2")
        .hasMessageContaining("in a field of the handler");
  }

  @Test
  void stateInAFieldOfTheHandler_lostInTheTestItself_isFoundThere() {
    var t = harness(EverywhereTest::countedInTheHandler);
    t.element("a", 1).rescale(2).element("a", 2);
    assertThatThrownBy(t::everywhere)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("The run:  the test's own run")
        .hasMessageContaining("Expected: 2 at 2")
        .hasMessageContaining("But was:  1 at 2");
  }

  @Test
  void stateInAFieldOfTheFunction_whichOutlivesACrashInTheProcess_isFound() {
    Map<String, Integer> counts = new HashMap<>();
    assertThatThrownBy(
            fed(
                    (KeyedContext<String, Integer> context) ->
                        (key, timestampMillis) -> context.emit(counts.merge(key, 1, Integer::sum)))
                ::everywhere)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("a second run in one go");
  }

  /** The timer is obeyed by the subtask that registered it only. */
  @Test
  void timerLostOnRescale_isFound() {
    assertThatThrownBy(
            fed(
                    (KeyedContext<String, String> context) -> {
                      ValueState<Integer> owner = context.value("owner", Integer.class);
                      return KeyedHandler.of(
                          (key, timestampMillis) -> {
                            owner.update(context.subtask());
                            context.registerEventTimer(1_000);
                          },
                          timestampMillis -> {
                            if (owner.value() == context.subtask()) {
                              context.emit(context.key());
                            }
                          });
                    })
                ::everywhere)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("store \"heap\" with parallelism 1, a crash after step 3, ")
        .hasMessageContaining("on store \"heap\" with parallelism 2\n")
        .hasMessageContaining("But was:  nothing");
  }

  /** Works as long as no two keys meet on a subtask. */
  @Test
  void timerOfTheSubtaskInsteadOfTheKey_isFound() {
    var t =
        harness(
            (KeyedContext<String, String> context) -> {
              boolean[] armed = {false};
              return KeyedHandler.of(
                  (key, timestampMillis) -> {
                    if (!armed[0]) {
                      armed[0] = true;
                      context.registerEventTimer(1_000);
                    }
                  },
                  timestampMillis -> context.emit(context.key()));
            });
    assertThatThrownBy(feed(t.rescale(128))::everywhere)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("only if a field says so");
  }

  @Test
  void objectChangedAndNotHandedBack_isFoundOnTheStoreOfBytes() {
    var list = new ValueStateDescriptor<>("list", Serializers.list(Serializers.ints()));
    assertThatThrownBy(
            fed(
                    (KeyedContext<String, Integer> context) -> {
                      ValueState<List<Integer>> all = context.state(list);
                      return (key, timestampMillis) -> {
                        if (all.value() == null) {
                          all.update(new ArrayList<>());
                        }
                        List<Integer> found = all.value();
                        found.add(1);
                        context.emit(found.size());
                      };
                    })
                ::everywhere)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("The run:  a run in one go, on store \"bytes\" with parallelism 1")
        .hasMessageContaining("not handed back");
  }

  @Test
  void functionThatFailsElsewhere_isFoundWithItsError() {
    assertThatThrownBy(
            fed(
                    (KeyedContext<String, String> context) ->
                        (key, timestampMillis) -> {
                          if (context.subtask() > 0) {
                            throw new IllegalStateException("not made for this");
                          }
                        })
                ::everywhere)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("failed elsewhere: java.lang.IllegalStateException: not made for")
        .hasMessageContaining("parallelism 2")
        .hasCauseInstanceOf(IllegalStateException.class);
  }

  private static final class Plain {}

  @Test
  void resultsWithoutEquals_areToldSo() {
    assertThatThrownBy(
            fed(
                    (KeyedContext<String, Plain> context) ->
                        (key, timestampMillis) -> context.emit(new Plain()))
                ::everywhere)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("Plain are compared, which has no equals");
    assertThatCode(
            fed(
                    (KeyedContext<String, int[]> context) ->
                        (key, timestampMillis) -> context.emit(new int[] {7}))
                ::everywhere)
        .doesNotThrowAnyException();
  }

  @Test
  void longScript_hasCrashesSpreadOverItsSteps() {
    int[] opened = {0};
    var t =
        harness(
            (KeyedContext<String, String> context) -> {
              opened[0]++;
              return (key, timestampMillis) -> context.emit(key);
            });
    for (int step = 0; step < Everywhere.MAX_CRASHES + 20; step++) {
      t.element("a", step);
    }
    opened[0] = 0;
    t.everywhere();
    int inOneGo = 2 + 2 * (1 + 2 + 3);
    assertThat(opened[0]).isEqualTo(inOneGo + 2 * 36 * Everywhere.MAX_CRASHES);
  }

  /** Counts the stores that are made. */
  private static final class CountingBackend implements StateBackend {
    private int made;

    @Override
    public KeyedStoreFactory stores() {
      made++;
      return new ByteStoreFactory();
    }

    @Override
    public CheckpointStorage checkpoints() {
      throw new AssertionError("not used");
    }
  }

  @Test
  void extension_runsEverywhereOnGivenStoresAfterATestThatPassed() {
    CountingBackend store = new CountingBackend();
    HarnessExtension extension = HarnessExtension.everywhere(store);
    int[] closed = {0};
    KeyedFunction<String, String, String> function =
        context ->
            new KeyedHandler<>() {
              @Override
              public void onElement(String key, long timestampMillis) {
                context.emit(key);
              }

              @Override
              public void close() {
                closed[0]++;
              }
            };
    extension.add(harness(function)).element("a", 1);
    closed[0] = 0;
    extension.end(false);
    assertThat(closed[0]).isEqualTo(1);
    assertThat(store.made).isZero();
    extension.add(harness(function)).element("a", 1);
    extension.end(true);
    assertThat(store.made).isPositive();
    extension.add(fed(EverywhereTest::countedInTheHandler));
    assertThatThrownBy(() -> extension.end(true)).isInstanceOf(AssertionError.class);
    HarnessExtension closing = HarnessExtension.closing();
    closing.add(fed(EverywhereTest::countedInTheHandler));
    assertThatCode(() -> closing.end(true)).doesNotThrowAnyException();
  }
}
