package io.streambed.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WatermarkStrategyTest {
  @Test
  void bounded_elements_giveTimesAndTheWatermarkStaysBehind() {
    WatermarkStrategy<String> strategy =
        WatermarkStrategy.bounded(Duration.ofMillis(100), String::length);
    assertThat(strategy.timestampMillis("four", 99)).isEqualTo(4);
    assertThat(strategy.watermark(1_000, SplitReader.NO_TIMESTAMP)).isEqualTo(899);
    assertThat(strategy.watermark(1_000, 950)).as("of the source's time").isEqualTo(899);
    assertThat(strategy.watermark(SplitReader.NO_TIMESTAMP, SplitReader.NO_TIMESTAMP))
        .as("nothing was read")
        .isEqualTo(Long.MIN_VALUE);
    assertThat(strategy.watermark(Long.MIN_VALUE + 50, SplitReader.NO_TIMESTAMP))
        .as("no overflow")
        .isEqualTo(Long.MIN_VALUE);
  }

  @Test
  void ofSource_elements_haveTheTimesThatTheSourceGives() {
    WatermarkStrategy<String> strategy = WatermarkStrategy.ofSource();
    assertThat(strategy.timestampMillis("four", 99)).isEqualTo(99);
    assertThat(strategy.watermark(1_000, 7)).isEqualTo(7);
    assertThat(strategy.idleAfterMillis()).isEqualTo(10_000);
  }

  @Test
  void withIdleAfter_keepsTheRest() {
    WatermarkStrategy<String> strategy =
        WatermarkStrategy.<String>bounded(Duration.ofMillis(100), String::length)
            .withIdleAfter(Duration.ofSeconds(3));
    assertThat(strategy.idleAfterMillis()).isEqualTo(3_000);
    assertThat(strategy.watermark(1_000, SplitReader.NO_TIMESTAMP)).isEqualTo(899);
    assertThat(strategy.withoutIdleness().idleAfterMillis()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void impossibleDurations_areRefused() {
    assertThatThrownBy(() -> WatermarkStrategy.bounded(Duration.ofMillis(-1), String::length))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("negative");
    assertThatThrownBy(() -> WatermarkStrategy.ofSource().withIdleAfter(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 ms");
  }
}
