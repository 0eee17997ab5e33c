package io.streambed.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.ValueAtPercentile;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streambed.meter.Meters;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class MicrometerMetersTest {
  private final MockClock clock = new MockClock();
  private final MeterRegistry registry = new SimpleMeterRegistry(SimpleConfig.DEFAULT, clock);
  private final MicrometerMeters meters = MicrometerMeters.of(registry);
  private final Meters job = meters.tagged("job", "clicks");
  private final Meters task = job.tagged("operator", "count").tagged("subtask", "0");

  private List<String> names() {
    return registry.getMeters().stream().map(meter -> meter.getId().getName()).sorted().toList();
  }

  @Test
  void counter_askedForTwice_isOne_underThePrefixWithTheTags() {
    task.counter("records.in").add(3);
    task.counter("records.in").add(4);
    assertThat(
            registry
                .get("streambed.records.in")
                .tags("job", "clicks", "operator", "count", "subtask", "0")
                .counter()
                .count())
        .isEqualTo(7);
    assertThat(names()).hasSize(1);
  }

  @Test
  void histogram_givesPercentilesOfTheLastMinutes() {
    Meters.Histogram histogram = task.histogram("restore.nanos");
    for (long value = 1; value <= 1_000; value++) {
      histogram.record(value * 1_000);
    }
    DistributionSummary summary = registry.get("streambed.restore.nanos").summary();
    assertThat(summary.count()).isEqualTo(1_000);
    assertThat(summary.max()).isEqualTo(1_000_000);
    assertThat(summary.totalAmount()).isEqualTo(500_500_000);
    ValueAtPercentile[] percentiles = summary.takeSnapshot().percentileValues();
    assertThat(Arrays.stream(percentiles).map(ValueAtPercentile::percentile))
        .containsExactly(0.5, 0.95, 0.99);
    // One decimal digit of precision.
    assertThat(percentiles[0].value()).isBetween(450_000.0, 550_000.0);
    assertThat(percentiles[2].value()).isBetween(900_000.0, 1_100_000.0);
    clock.add(Duration.ofMinutes(10));
    assertThat(summary.takeSnapshot().percentileValues()[0].value()).isZero();
    assertThat(summary.max()).as("the maximum is one of the last minutes too").isZero();
    assertThat(summary.count()).isEqualTo(1_000);
  }

  @Test
  void gauge_isAskedWhenTheRegistryIsRead_untilItIsClosed() {
    long[] value = {1};
    Meters.Gauge gauge = task.gauge("timers.pending", () -> value[0]);
    assertThat(registry.get("streambed.timers.pending").gauge().value()).isEqualTo(1);
    value[0] = 2;
    assertThat(registry.get("streambed.timers.pending").gauge().value()).isEqualTo(2);
    gauge.close();
    gauge.close();
    assertThat(names()).isEmpty();
  }

  @Test
  void gauge_ofANameThatIsTaken_takesItsPlace_andClosingTheFirstLeavesIt() {
    Meters.Gauge first = task.gauge("timers.pending", () -> 1);
    Meters.Gauge second = task.gauge("timers.pending", () -> 2);
    assertThat(registry.get("streambed.timers.pending").gauge().value()).isEqualTo(2);
    first.close();
    assertThat(registry.get("streambed.timers.pending").gauge().value()).isEqualTo(2);
    second.close();
    assertThat(names()).isEmpty();
  }

  @Test
  void end_ofOneJob_removesWhatWasRegisteredOfIt_andNothingElse() {
    registry.counter("others");
    MicrometerMeters.of(registry).tagged("job", "clicks").counter("of.other.meters");
    job.counter("checkpoint.completed");
    task.histogram("restore.nanos");
    task.tagged("state", "count").histogram("valueStateGetLatency");
    task.gauge("timers.pending", () -> 1);
    meters.tagged("job", "views").counter("checkpoint.completed");
    job.end();
    assertThat(names())
        .containsExactly("others", "streambed.checkpoint.completed", "streambed.of.other.meters");
    assertThat(registry.get("streambed.checkpoint.completed").counter().getId().getTag("job"))
        .isEqualTo("views");
    meters.end();
    assertThat(names()).containsExactly("others", "streambed.of.other.meters");
  }

  @Test
  void end_ofOneOfTwoJobsOfAName_leavesWhatTheOtherUses() {
    for (MicrometerMeters others : List.of(meters, MicrometerMeters.of(registry))) {
      task.counter("records.in").add(1);
      task.histogram("restore.nanos");
      Meters.Gauge first = task.gauge("timers.pending", () -> 1);
      Meters other = others.tagged("job", "clicks");
      Meters otherTask = other.tagged("operator", "count").tagged("subtask", "0");
      otherTask.counter("records.in").add(2);
      otherTask.gauge("timers.pending", () -> 2);
      first.close();
      job.end();
      assertThat(registry.get("streambed.records.in").counter().count()).isEqualTo(3);
      assertThat(registry.get("streambed.timers.pending").gauge().value()).isEqualTo(2);
      assertThat(names()).hasSize(2);
      other.end();
      assertThat(names()).isEmpty();
    }
  }

  @Test
  void end_metersOfTheSameTags_beginAnew() {
    task.counter("records.in").add(3);
    task.end();
    task.counter("records.in").add(4);
    assertThat(registry.get("streambed.records.in").counter().count()).isEqualTo(4);
  }

  @Test
  void registryThatRenames_isCleanedUpAllTheSame() {
    registry
        .config()
        .meterFilter(
            new MeterFilter() {
              @Override
              public Meter.Id map(Meter.Id id) {
                return id.withName("our." + id.getName())
                    .replaceTags(Tags.of(Tag.of("all", "hidden")));
              }
            });
    task.counter("records.in").add(1);
    Meters.Gauge gauge = task.gauge("timers.pending", () -> 1);
    assertThat(names()).containsExactly("our.streambed.records.in", "our.streambed.timers.pending");
    gauge.close();
    job.end();
    assertThat(names()).isEmpty();
  }

  @Test
  void end_filterDropsTheTagOfTheJob_leavesWhatAnotherJobUses() {
    registry.config().meterFilter(MeterFilter.ignoreTags("job"));
    Meters another = meters.tagged("job", "another");
    job.counter("job.restarts").add(1);
    Meters.Counter used = another.counter("job.restarts");
    job.end();
    used.add(1);
    assertThat(registry.get("streambed.job.restarts").counter().count()).isEqualTo(2);
    another.end();
    assertThat(names()).isEmpty();
  }

  @Test
  void nanos_isTheClockOfTheRegistry() {
    long before = meters.nanos();
    clock.add(Duration.ofMillis(5));
    assertThat(task.nanos() - before).isEqualTo(5_000_000);
  }
}
