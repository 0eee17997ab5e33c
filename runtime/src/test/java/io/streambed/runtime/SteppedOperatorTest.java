package io.streambed.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.backend.StateBackend;
import io.streambed.checkpoint.MemoryCheckpointStorage;
import io.streambed.checkpoint.OpenedCheckpoint;
import io.streambed.connector.CollectingSink;
import io.streambed.connector.ListSource;
import io.streambed.error.IncompatibleStateException;
import io.streambed.heap.HeapKeyedStoreFactory;
import io.streambed.job.Job;
import io.streambed.job.JobBuilder;
import io.streambed.job.KeyedBroadcastHandler;
import io.streambed.job.KeyedContext;
import io.streambed.job.KeyedHandler;
import io.streambed.job.SideOutput;
import io.streambed.runtime.SteppedOperator.Emitted;
import io.streambed.runtime.SteppedOperator.Setup;
import io.streambed.serial.Serializers;
import io.streambed.state.BroadcastState;
import io.streambed.state.ValueState;
import io.streambed.state.ValueStateDescriptor;
import io.streambed.testkit.store.ByteStoreFactory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SteppedOperatorTest {
  private static final SideOutput<String> UNKNOWN = SideOutput.named("unknown");

  private final StateBackend memory =
      StateBackend.of(
          new HeapKeyedStoreFactory(), new MemoryCheckpointStorage(1 << 20, UUID::randomUUID));
  private final List<Emitted> results = new ArrayList<>();
  private int closed;
  private final Job job = job();

  /** Counts texts by their first letter, and tells the counts when a timer fires. */
  private KeyedBroadcastHandler<String, String> counts(KeyedContext<Character, String> context) {
    ValueState<Integer> count = context.value("count", Integer.class, 0);
    BroadcastState<String, Integer> known = context.broadcast("known", String.class, Integer.class);
    return new KeyedBroadcastHandler<>() {
      @Override
      public void onElement(String text, long timestampMillis) throws IOException {
        if (text.endsWith("!")) {
          throw new IOException("no " + text);
        }
        if (!known.contains(text)) {
          context.emit(UNKNOWN, text);
        }
        count.update(count.value() + 1);
        context.registerEventTimer(100);
        context.registerProcessingTimer(context.processingTimeMillis() + 10);
      }

      @Override
      public void onBroadcast(String text, long timestampMillis) {
        known.put(text, text.length());
        context.emit("known " + text);
      }

      @Override
      public void onEventTimer(long timestampMillis) {
        context.emit(context.key() + "=" + count.value());
        count.clear();
      }

      @Override
      public void onProcessingTimer(long timestampMillis) {
        context.emit(context.key() + " at " + context.processingTimeMillis());
      }

      @Override
      public void close() {
        if (++closed > 1) {
          context.emit("nobody hears this");
        }
      }
    };
  }

  private Job job() {
    JobBuilder builder = new JobBuilder("letters");
    builder
        .source("texts", ListSource.<String>of(List.of()))
        .keyBy((String text) -> text.charAt(0))
        .process("counts", builder.source("words", ListSource.<String>of()), this::counts)
        .sink("results", new CollectingSink<>());
    return builder.build();
  }

  private Setup setup(int parallelism, StateBackend backend) {
    return new Setup(job, "counts", parallelism, backend, 1_000);
  }

  private List<String> values() {
    return results.stream().map(each -> (String) each.value()).toList();
  }

  @Test
  void steps_ofElementsAndTime_giveResultsWithKeySideAndTime() {
    try (SteppedOperator stepped = SteppedOperator.open(setup(2, memory), results::add)) {
      stepped.element(1, "ada", 1);
      assertThat(values()).as("from each subtask").containsExactly("known ada", "known ada");
      assertThat(results).extracting(Emitted::subtask).containsExactly(0, 1);
      assertThat(results).extracting(Emitted::key).containsOnlyNulls();
      results.clear();
      stepped.element(0, "ada", 2);
      stepped.element(0, "bob", 3);
      assertThat(results)
          .singleElement()
          .satisfies(
              result -> {
                assertThat(result.side()).isEqualTo(UNKNOWN);
                assertThat(result.key()).isEqualTo('b');
                assertThat(result.value()).isEqualTo("bob");
                assertThat(result.timestampMillis()).isEqualTo(3);
              });
      results.clear();
      stepped.watermark(99);
      stepped.clock(1_009);
      assertThat(results).isEmpty();
      stepped.watermark(100);
      assertThat(values()).containsExactlyInAnyOrder("a=1", "b=1");
      stepped.watermark(50);
      results.clear();
      stepped.clock(1_010);
      assertThat(values()).containsExactlyInAnyOrder("a at 1010", "b at 1010");
    }
    assertThat(closed).as("once by the job builder, once by each subtask").isEqualTo(3);
    assertThat(values()).hasSize(2);
  }

  @Test
  void restore_atAnotherParallelismAndStore_goesOnFromTheSnapshot() {
    OpenedCheckpoint snapshot;
    try (SteppedOperator stepped = SteppedOperator.open(setup(1, memory), results::add)) {
      stepped.element(1, "ada", 1);
      for (char letter = 'a'; letter <= 'z'; letter++) {
        stepped.element(0, letter + "da", 2);
      }
      snapshot = stepped.snapshot();
      stepped.element(0, "ada", 3);
    }
    results.clear();
    for (StateBackend backend :
        List.of(memory, StateBackend.of(new ByteStoreFactory(), memory.checkpoints()))) {
      results.clear();
      try (var restored = SteppedOperator.restore(setup(3, backend), snapshot, results::add)) {
        assertThat(restored.timers()).isEqualTo(52);
        assertThat(restored.eventTimers('a')).containsExactly(100L);
        restored.element(0, "ada", 4);
        assertThat(results).as("ada is known on the new subtask").isEmpty();
        var count = new ValueStateDescriptor<>("count", Serializers.ints(), 0);
        assertThat(restored.<Integer>look('a', state -> state.getState(count).value()))
            .isEqualTo(2);
        restored.watermark(100);
        assertThat(values()).hasSize(26).contains("a=2", "z=1");
        assertThat(results).extracting(Emitted::subtask).contains(0, 1, 2);
        assertThat(restored.snapshot().metadata().checkpointId()).isEqualTo(2);
      }
    }
  }

  @Test
  void restore_renamedState_isRefusedAsAtTheStartOfAJob() {
    OpenedCheckpoint snapshot;
    try (SteppedOperator stepped = SteppedOperator.open(lasts("last"), results::add)) {
      stepped.element(0, "ada", 1);
      snapshot = stepped.snapshot();
    }
    assertThatThrownBy(() -> SteppedOperator.restore(lasts("latest"), snapshot, results::add))
        .isInstanceOf(IncompatibleStateException.class)
        .hasMessageContainingAll("operator \"counts\"", "withFormerNames(\"last\")");
    SteppedOperator.restore(lasts("last"), snapshot, results::add).close();
  }

  private Setup lasts(String state) {
    JobBuilder builder = new JobBuilder("letters");
    builder
        .source("texts", ListSource.<String>of(List.of()))
        .keyBy((String text) -> text.charAt(0))
        .process(
            "counts",
            context -> {
              ValueState<String> last = context.value(state, String.class);
              return (text, timestampMillis) -> last.update(text);
            })
        .sink("results", new CollectingSink<>());
    return new Setup(builder.build(), "counts", 1, memory, 1_000);
  }

  @Test
  void element_whoseHandlerThrowsACheckedException_namesTheElement() {
    try (SteppedOperator stepped = SteppedOperator.open(setup(1, memory), results::add)) {
      assertThatThrownBy(() -> stepped.element(0, "oh!", 1))
          .isInstanceOf(FunctionFailedException.class)
          .hasMessageContaining("\"counts\" failed for the element oh!")
          .hasCauseInstanceOf(IOException.class);
      assertThatThrownBy(() -> stepped.element(2, "oh", 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("has 2 inputs");
      assertThatThrownBy(() -> stepped.clock(999))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("does not go back to 999");
    }
    assertThatThrownBy(() -> new Setup(job, "counts", 0, memory, 0))
        .isInstanceOf(IllegalArgumentException.class);
    Setup texts = new Setup(job, "texts", 1, memory, 0);
    assertThatThrownBy(() -> SteppedOperator.open(texts, results::add))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no keyed operator \"texts\"");
  }

  @Test
  void clock_timersThatRenewThemselvesAtOnce_areNoticed() {
    JobBuilder builder = new JobBuilder("renewing");
    builder
        .source("texts", ListSource.<String>of(List.of()))
        .keyBy((String text) -> text)
        .process(
            "renewing",
            (KeyedContext<String, String> context) ->
                KeyedHandler.of(
                    (text, timestampMillis) -> context.registerProcessingTimer(1),
                    timestampMillis -> context.registerProcessingTimer(1)))
        .sink("results", new CollectingSink<>());
    Setup setup = new Setup(builder.build(), "renewing", 1, memory, 0);
    try (SteppedOperator stepped = SteppedOperator.open(setup, results::add)) {
      stepped.element(0, "a", 0);
      assertThatThrownBy(() -> stepped.clock(1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("fire without end");
    }
  }
}
