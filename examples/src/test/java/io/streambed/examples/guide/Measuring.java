package io.streambed.examples.guide;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streambed.meter.StateTracking;
import io.streambed.micrometer.MicrometerMeters;
import io.streambed.runtime.RunOptions;

/** The parts of docs/metrics.md. */
record Measuring(MeterRegistry registry, RunOptions options) {
  static Measuring latency() {
    MeterRegistry registry = new SimpleMeterRegistry(); // or your system's
    RunOptions options = RunOptions.defaults().withMeters(MicrometerMeters.of(registry));
    RunOptions tracking = options.withStateTracking(StateTracking.ofLatency());
    return new Measuring(registry, tracking);
  }
}
