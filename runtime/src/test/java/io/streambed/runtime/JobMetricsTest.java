package io.streambed.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What is measured of a job as a whole, on a clock that goes on by one with each look at it. */
class JobMetricsTest {
  private static final String AGE = "checkpoint.age.millis";

  private final RecordingMeters meters = new RecordingMeters();
  private final JobMetrics metrics = new JobMetrics(meters);

  @Test
  void age_isSinceTheLastCheckpoint_orSinceTheJobBegan() {
    meters.pass(60_000_000_000L);
    assertThat(meters.shown(AGE)).isEqualTo(60_000);
    metrics.measure(new JobEvent.CheckpointAborted(1, "no room"));
    assertThat(meters.shown(AGE)).isEqualTo(60_000);
    metrics.measure(new JobEvent.CheckpointCompleted(2, "here", 30, 20, 10));
    assertThat(meters.shown(AGE)).isZero();
    meters.pass(2_000_000_000L);
    assertThat(meters.shown(AGE)).isEqualTo(2_000);
  }

  @Test
  void close_endsTheMetersAndTheGauge() {
    metrics.close();
    assertThat(meters.openGauges()).isEmpty();
    assertThat(meters.ended()).hasSize(1);
  }
}
