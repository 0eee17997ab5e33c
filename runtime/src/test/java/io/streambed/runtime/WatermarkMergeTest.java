package io.streambed.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WatermarkMergeTest {
  private final WatermarkMerge merge = new WatermarkMerge(3);

  @Test
  void watermark_ofAllChannels_isTheLeast() {
    merge.watermark(0, 10);
    merge.watermark(1, 20);
    assertThat(merge.merged()).isEqualTo(Long.MIN_VALUE);
    merge.watermark(2, 15);
    assertThat(merge.merged()).isEqualTo(10);
    merge.watermark(0, 5);
    assertThat(merge.merged()).isEqualTo(10);
    merge.watermark(0, 30);
    assertThat(merge.merged()).isEqualTo(15);
  }

  @Test
  void idle_channel_holdsNothingBackUntilItsNextWatermark() {
    merge.watermark(0, 10);
    merge.watermark(1, 20);
    merge.idle(2);
    assertThat(merge.merged()).isEqualTo(10);
    merge.watermark(2, 1);
    merge.watermark(0, 40);
    assertThat(merge.merged()).as("time does not go back").isEqualTo(10);
    merge.watermark(2, 12);
    assertThat(merge.merged()).isEqualTo(12);
  }

  @Test
  void idle_allChannels_isTheGreatestOfThem() {
    merge.watermark(0, 5);
    merge.watermark(1, 10);
    merge.watermark(2, 7);
    merge.idle(0);
    merge.idle(1);
    assertThat(merge.isIdle()).isFalse();
    assertThat(merge.merged()).isEqualTo(7);
    merge.idle(2);
    assertThat(merge.isIdle()).isTrue();
    assertThat(merge.merged()).isEqualTo(10);
    merge.watermark(1, 11);
    assertThat(merge.isIdle()).isFalse();
    assertThat(merge.merged()).isEqualTo(11);
  }

  @Test
  void end_ofAChannelThatWasAhead_pushesNobody() {
    merge.watermark(0, 1_000);
    merge.watermark(0, Watermark.END);
    merge.watermark(1, 10);
    merge.watermark(2, 20);
    merge.idle(1);
    merge.idle(2);
    assertThat(merge.merged()).isEqualTo(20);
  }

  @Test
  void end_besideIdleChannels_isNotTheEnd() {
    merge.watermark(0, Watermark.END);
    merge.watermark(1, 10);
    merge.watermark(2, 20);
    assertThat(merge.merged()).isEqualTo(10);
    merge.idle(1);
    merge.idle(2);
    assertThat(merge.isIdle()).isTrue();
    assertThat(merge.merged()).isEqualTo(20);
    merge.watermark(1, Watermark.END);
    assertThat(merge.merged()).isEqualTo(20);
    merge.watermark(2, Watermark.END);
    assertThat(merge.isIdle()).isFalse();
    assertThat(merge.merged()).isEqualTo(Watermark.END);
  }
}
