package io.streambed.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streambed.job.KeyedHandler;
import io.streambed.state.ListState;
import io.streambed.state.TimeToLive;
import io.streambed.state.ValueState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** State of a job that expires, through checkpoints, rescales and moves to another store. */
class TimeToLiveTest {
  private static final TimeToLive TEN_SECONDS = TimeToLive.of(Duration.ofSeconds(10));

  /** Emits how many elements of the key came within the time to live of the one before. */
  private static FunctionHarness<String, String, String> counts(TimeToLive policy) {
    return FunctionHarness.of(
        text -> text,
        context -> {
          ValueState<Long> count = context.value("count", Long.class, 0L, policy);
          ListState<String> all = context.list("all", String.class, policy);
          return (text, timestampMillis) -> {
            count.update(count.value() + 1);
            all.add(text);
            List<String> read = new ArrayList<>();
            all.get().forEach(read::add);
            context.emit(text + count.value() + read.size());
          };
        });
  }

  @Test
  void state_byProcessingTime_expiresWithTheClockWhereverItGoes() {
    try (var t = counts(TEN_SECONDS)) {
      t.element("a", 1).clock(9_999).element("a", 1).clock(10_000).element("a", 1);
      assertThat(t.takeOutput()).containsExactly("a11", "a22", "a32");
      t.rescale(3).clock(19_999);
      assertThat(t.value("a", "count", Long.class)).isEqualTo(3);
      t.clock(20_000);
      assertThat(t.value("a", "count", Long.class)).isZero();
      assertThat(t.list("a", "all", String.class)).isEmpty();
      t.element("a", 1);
      assertThat(t.takeOutput()).containsExactly("a11");
      t.everywhere();
    }
  }

  @Test
  void state_byEventTime_expiresWithTheWatermarkAlsoAfterARestore() {
    try (var t = counts(TEN_SECONDS.withEventTime())) {
      t.element("a", 5_000).watermark(14_999).element("a", 1_000);
      assertThat(t.takeOutput()).containsExactly("a11", "a22");
      // What was late lives from the watermark on.
      t.watermark(24_998);
      assertThat(t.value("a", "count", Long.class)).isEqualTo(2);
      t.watermark(24_999).rescale(2);
      assertThat(t.value("a", "count", Long.class)).isZero();
      t.crash();
      assertThat(t.value("a", "count", Long.class)).isZero();
      t.everywhere();
    }
  }

  @Test
  void eventTimer_underAWatermarkFarAhead_findsTheStateOfItsOwnTime() {
    try (var t =
        FunctionHarness.<String, String, String>of(
            text -> text,
            context -> {
              ValueState<Long> count =
                  context.value("count", Long.class, 0L, TEN_SECONDS.withEventTime());
              return KeyedHandler.of(
                  (text, timestampMillis) -> {
                    count.update(count.value() + 1);
                    context.registerEventTimer(timestampMillis + 9_999);
                    context.registerEventTimer(timestampMillis + 10_000);
                  },
                  timestampMillis -> context.emit(timestampMillis + ": " + count.value()));
            })) {
      t.element("a", 1_000).watermark(1_000_000);
      assertThat(t.takeOutput()).containsExactly("10999: 1", "11000: 0");
      t.everywhere();
    }
  }

  @Test
  void eventTimer_atTheEndOfTheInput_isNoTimeForState() {
    try (var t =
        FunctionHarness.<String, String, String>of(
            text -> text,
            context -> {
              ValueState<Long> count =
                  context.value("count", Long.class, 0L, TEN_SECONDS.withEventTime());
              return KeyedHandler.of(
                  (text, timestampMillis) -> {
                    count.update(count.value() + 1);
                    context.registerEventTimer(timestampMillis + 1_000_000);
                  },
                  timestampMillis -> context.emit(timestampMillis + ": " + count.value()));
            })) {
      t.element("a", 1_000).watermark(500).watermark(Long.MAX_VALUE);
      assertThat(t.takeOutput()).containsExactly("1001000: 1");
      // A job that is restored to read on has what it had.
      t.rescale(2);
      assertThat(t.value("a", "count", Long.class)).isEqualTo(1);
    }
  }

  @Test
  void processingTimer_writingStateThatLivesByEventTime_writesAtTheWatermark() {
    try (var t =
        FunctionHarness.<String, String, String>of(
            text -> text,
            context -> {
              ValueState<Long> count =
                  context.value("count", Long.class, 0L, TEN_SECONDS.withEventTime());
              return new KeyedHandler<String>() {
                @Override
                public void onElement(String text, long timestampMillis) {
                  context.registerProcessingTimer(1_000_000);
                }

                @Override
                public void onProcessingTimer(long timestampMillis) {
                  count.update(7L);
                }
              };
            })) {
      t.element("a", 1_000).watermark(2_000).clock(1_000_000).watermark(11_999);
      assertThat(t.value("a", "count", Long.class)).isEqualTo(7);
      t.watermark(12_000);
      assertThat(t.value("a", "count", Long.class)).isZero();
    }
  }

  @Test
  void look_atStateThatReadingRenews_renewsNothing() {
    try (var t = counts(TEN_SECONDS.withRenewalOnRead())) {
      t.element("a", 1).clock(9_000);
      assertThat(t.value("a", "count", Long.class)).isEqualTo(1);
      t.clock(10_000);
      assertThat(t.value("a", "count", Long.class)).isZero();
    }
  }

  @Test
  void policy_ofNoDuration_isRefused() {
    assertThatThrownBy(() -> counts(TimeToLive.of(Duration.ZERO)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the shortest is one millisecond");
  }
}
